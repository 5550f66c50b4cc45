// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes archives and small workbooks for tests, also such as no program writes.
#include "tests/core/workbook_maker.h"

#include <zlib.h>

#include <cstddef>
#include <cstdlib>
#include <string_view>

namespace puente::testing {
namespace {

void Put(std::string* out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out->push_back(static_cast<char>(value >> (8 * i)));
}

std::string Deflated(const std::string& bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

constexpr std::string_view kTypes =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

}  // namespace

std::string Zip(const std::vector<Part>& parts) {
  std::string out;
  std::string contents;
  for (const Part& part : parts) {
    const std::string packed = part.deflated ? Deflated(part.bytes) : part.bytes;
    const auto crc =
        static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(part.bytes.data()),
                                    static_cast<uInt>(part.bytes.size())));
    const size_t at = out.size();
    std::string common;
    Put(&common, 20, 2);
    Put(&common, part.flags, 2);
    Put(&common, part.method == 0xFFFF ? (part.deflated ? 8U : 0U) : part.method, 2);
    Put(&common, 0, 4);
    Put(&common, crc + part.crc_change, 4);
    Put(&common, packed.size(), 4);
    Put(&common, part.bytes.size(), 4);
    Put(&common, part.name.size(), 2);
    Put(&common, 0, 2);
    out += "PK\x03\x04" + common + part.name + packed;
    contents += "PK\x01\x02";
    Put(&contents, 20, 2);
    contents += common;
    Put(&contents, 0, 2);
    Put(&contents, 0, 2);
    Put(&contents, 0, 2);
    Put(&contents, 0, 4);
    Put(&contents, at, 4);
    contents += part.name;
  }
  std::string end = "PK\x05\x06";
  Put(&end, 0, 4);
  Put(&end, parts.size(), 2);
  Put(&end, parts.size(), 2);
  Put(&end, contents.size(), 4);
  Put(&end, out.size(), 4);
  Put(&end, 0, 2);
  return out + contents + end;
}

std::vector<Part> Parts(const std::string& sheet, const std::string& shared,
                        const std::string& properties) {
  const std::string types(kTypes);
  return {
      {"_rels/.rels", "<Relationships><Relationship Id=\"r1\" Type=\"" + types +
                          "officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
      {"xl/workbook.xml",
       "<workbook xmlns:r=\"r\">" + properties +
           "<sheets><sheet name=\"Año 1\" sheetId=\"1\" r:id=\"a\"/>"
           "<sheet name=\"Listas\" sheetId=\"2\" state=\"veryHidden\" r:id=\"b\"/>"
           "<sheet name=\"Gráfico\" sheetId=\"3\" r:id=\"g\"/></sheets></workbook>",
       true},
      {"xl/_rels/workbook.xml.rels",
       "<Relationships><Relationship Id=\"a\" Type=\"" + types +
           "worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"b\" Type=\"" + types +
           "worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/><Relationship Id=\"g\" Type=\"" +
           types + "chartsheet\" Target=\"chart.xml\"/><Relationship Id=\"s\" Type=\"" + types +
           "sharedStrings\" Target=\"../xl/sharedStrings.xml\"/><Relationship Id=\"t\" Type=\"" +
           types + "styles\" Target=\"./styles.xml\"/><Relationship Id=\"x\" Type=\"" + types +
           "externalLink\" Target=\"file:///etc/passwd\" "
           "TargetMode=\"External\"/></Relationships>"},
      {"xl/sharedStrings.xml", "<sst>" + shared + "</sst>", true},
      {"xl/styles.xml",
       "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy hh:mm\"/>"
       "<numFmt numFmtId=\"165\" formatCode=\"&quot;day&quot; 0.00\"/></numFmts>"
       "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/>"
       "<xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf numFmtId=\"46\"/>"
       "</cellXfs></styleSheet>"},
      {"xl/worksheets/sheet1.xml", sheet, true},
      {"xl/worksheets/sheet2.xml", "<worksheet><sheetData/></worksheet>"},
  };
}

}  // namespace puente::testing
