# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Conan 2 recipe: the libraries Puente is built with where Debian's packages are not at hand.

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout


class PuenteConan(ConanFile):
    name = "puente"
    version = "0.1.0"
    license = "Apache-2.0"
    description = "Carries donor-activity data between agencies through one schema and loadable formats"
    topics = ("iati", "aid-transparency", "humanitarian", "protobuf", "conversion")
    package_type = "application"
    settings = "os", "arch", "compiler", "build_type"
    # One libprotobuf in the process, or the schema would be registered twice (see CONTRIBUTING.md).
    default_options = {"protobuf/*:shared": True, "boost/*:header_only": True}
    exports_sources = (
        "CMakeLists.txt", "LICENSE", "NOTICE", "cmake/*", "core/*", "docs/*", "examples/*",
        "plugins/*", "proto/*", "services/*", "tests/*", "tools/*",
    )

    def requirements(self):
        self.requires("abseil/[>=20220623.1 <20240000]")
        self.requires("boost/[>=1.74 <2]")
        self.requires("cli11/[>=2.1 <3]")
        self.requires("expat/[>=2.5 <3]")
        self.requires("minizip/[>=1.2 <2]")
        self.requires("fmt/[>=9.1 <12]")
        self.requires("grpc/[>=1.51 <1.55]")
        self.requires("openssl/[>=3.0 <4]")
        self.requires("prometheus-cpp/[>=1.0 <2]")
        self.requires("protobuf/3.21.12")
        self.requires("simdjson/[>=3.0 <4]")
        self.requires("sqlite3/[>=3.40 <4]")
        self.requires("xxhash/[>=0.8 <0.9]")
        self.requires("zlib/[>=1.2.11 <2]")
        self.requires("zstd/[>=1.5 <1.6]")

    def build_requirements(self):
        self.tool_requires("protobuf/3.21.12")
        self.test_requires("gtest/[>=1.12 <2]")

    def layout(self):
        cmake_layout(self)

    def generate(self):
        CMakeDeps(self).generate()
        CMakeToolchain(self, generator="Ninja").generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
