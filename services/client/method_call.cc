// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Calls any method of the exchange with JSON.

#include "services/client/method_call.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "core/base/lexical.h"
#include "core/base/status.h"
#include "core/base/strings.h"
#include "fmt/format.h"
#include "puente/exchange/v1/agency_service.pb.h"
#include "puente/exchange/v1/change_service.pb.h"
#include "puente/exchange/v1/dataset_service.pb.h"
#include "puente/exchange/v1/format_service.pb.h"
#include "puente/exchange/v1/record_service.pb.h"
#include "services/client/channel.h"

namespace puente::client {
namespace {

namespace v1 = puente::exchange::v1;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

constexpr std::chrono::seconds kUnaryDeadline(60);

std::vector<const MethodDescriptor*> Methods() {
  const FileDescriptor* const files[] = {
      v1::GetRecordRequest::descriptor()->file(), v1::GetHeadRequest::descriptor()->file(),
      v1::GetDatasetRequest::descriptor()->file(), v1::ListFormatsRequest::descriptor()->file(),
      v1::GetAgencyRequest::descriptor()->file()};
  std::vector<const MethodDescriptor*> methods;
  for (const FileDescriptor* file : files) {
    for (int i = 0; i < file->service_count(); ++i) {
      const ServiceDescriptor* service = file->service(i);
      for (int j = 0; j < service->method_count(); ++j) methods.push_back(service->method(j));
    }
  }
  return methods;
}

std::string PathOf(const MethodDescriptor* method) {
  return fmt::format("{}/{}", method->service()->full_name(), method->name());
}

absl::Status CallError(std::string message, std::string hint) {
  ErrorDetail detail;
  detail.code = "PUE-0714";
  detail.message = std::move(message);
  detail.hint = std::move(hint);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

std::string TypeName(const FieldDescriptor* field) {
  std::string name = field->message_type() != nullptr ? field->message_type()->name()
                     : field->enum_type() != nullptr  ? field->enum_type()->name()
                                                      : std::string(field->cpp_type_name());
  if (field->type() == FieldDescriptor::TYPE_BYTES) name = "bytes";
  return field->is_repeated() ? name + "[]" : name;
}

absl::StatusOr<const MethodDescriptor*> FindMethod(std::string_view wanted) {
  if (wanted.starts_with('/')) wanted.remove_prefix(1);
  std::vector<std::string> names;
  std::vector<const MethodDescriptor*> found;
  for (const MethodDescriptor* method : Methods()) {
    const std::string path = PathOf(method);
    const std::string_view tail = std::string_view(path).substr(path.rfind('.') + 1);
    if (wanted == path || wanted == tail || wanted == method->name()) found.push_back(method);
    names.emplace_back(method->name());
    names.emplace_back(tail);
  }
  if (found.size() == 1) return found.front();
  const std::string nearest = NearestName(wanted, names);
  return CallError(fmt::format("there is no method `{}`", wanted),
                   nearest.empty() ? "`puente call --list` shows them"
                                   : fmt::format("did you mean `{}`?", nearest));
}

absl::StatusOr<std::string> ToJson(const grpc::ByteBuffer& buffer, Message* message) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  bool good = buffer.Dump(&slices).ok();
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  good = good && message->ParseFromString(bytes) &&
         google::protobuf::util::MessageToJsonString(*message, &json, options).ok();
  if (good) return json;
  ErrorDetail detail;
  detail.code = "PUE-0712";
  detail.message = "the answer cannot be read as what the method answers";
  return MakeError(absl::StatusCode::kDataLoss, detail);
}

// One call over a queue of its own.
class GenericCall {
 public:
  GenericCall(Channel* channel, const MethodDescriptor* method)
      : context_(*channel), stub_(channel->channel) {
    if (!method->server_streaming()) {
      context_.get()->set_deadline(std::chrono::system_clock::now() + kUnaryDeadline);
    }
    call_ = stub_.PrepareCall(context_.get(), "/" + PathOf(method), &queue_);
  }
  ~GenericCall() {
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  bool Begin(const grpc::ByteBuffer& request) {
    call_->StartCall(this);
    if (!Wait()) return false;
    call_->WriteLast(request, grpc::WriteOptions(), this);
    return Wait();
  }
  bool Read(grpc::ByteBuffer* answer) {
    call_->Read(answer, this);
    return Wait();
  }
  grpc::Status Finish() {
    grpc::Status status;
    call_->Finish(&status, this);
    Wait();
    return status;
  }
  void Cancel() { context_.get()->TryCancel(); }

 private:
  bool Wait() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  CallContext context_;
  grpc::GenericStub stub_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

}  // namespace

std::vector<MethodInfo> ListMethods() {
  std::vector<MethodInfo> list;
  for (const MethodDescriptor* method : Methods()) {
    if (method->client_streaming()) continue;
    MethodInfo& info = list.emplace_back();
    info.name = PathOf(method);
    info.is_stream = method->server_streaming();
    for (int i = 0; i < method->input_type()->field_count(); ++i) {
      const FieldDescriptor* field = method->input_type()->field(i);
      info.takes += fmt::format("{}{} {}", i == 0 ? "" : ", ", field->name(), TypeName(field));
    }
  }
  return list;
}

absl::Status CallMethod(Connection& connection, std::string_view method, const std::string& json,
                        const TakeJson& take) {
  const absl::StatusOr<const MethodDescriptor*> found = FindMethod(method);
  if (!found.ok()) return found.status();
  if ((*found)->client_streaming()) {
    return CallError(
        fmt::format("{} takes a stream, which JSON on a command line is none", (*found)->name()),
        "use `puente push` or a client");
  }
  MessageFactory* factory = MessageFactory::generated_factory();
  const std::unique_ptr<Message> request(factory->GetPrototype((*found)->input_type())->New());
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, request.get());
  if (!parsed.ok()) {
    std::string why = parsed.ToString();
    if (const size_t colon = why.find(':'); colon != std::string::npos) why.erase(0, colon + 1);
    return CallError(
        fmt::format("the JSON is no {}: {}", (*found)->input_type()->name(), TrimXmlSpace(why)),
        "`puente call --list` shows the fields");
  }
  const grpc::Slice slice(request->SerializeAsString());
  const grpc::ByteBuffer buffer(&slice, 1);
  Channel& channel = connection.channel();
  const std::unique_ptr<Message> answer(factory->GetPrototype((*found)->output_type())->New());
  GenericCall call(&channel, *found);
  absl::Status taken;
  grpc::ByteBuffer bytes;
  if (call.Begin(buffer)) {
    while (taken.ok() && call.Read(&bytes)) {
      const absl::StatusOr<std::string> text = ToJson(bytes, answer.get());
      taken = text.ok() ? take(*text) : text.status();
    }
  }
  if (!taken.ok()) call.Cancel();
  const grpc::Status end = call.Finish();
  return taken.ok() ? ToStatus(channel, end) : taken;
}

}  // namespace puente::client
