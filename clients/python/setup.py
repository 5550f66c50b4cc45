# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Adds the code generated from the schema to the wheel; all else is in pyproject.toml.
import pathlib
import shutil
import sys

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import generate  # noqa: E402


def protos():
    """The folder of the schema: that of the repository, or the one packed into an sdist."""
    for folder in (HERE / "proto", HERE.parent.parent / "proto"):
        if (folder / "puente" / "v1" / "record.proto").is_file():
            return folder
    raise SystemExit("setup.py: there is no puente/v1/record.proto; build from the repository")


class BuildPy(build_py):
    """Copies the modules, then writes the generated ones beside them."""

    def run(self):
        super().run()
        root = HERE / "src" if getattr(self, "editable_mode", False) else pathlib.Path(
            self.build_lib)
        generate.generate(protos(), root / "puente_exchange")


class Sdist(sdist):
    """Takes the schema along."""

    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        shutil.copytree(protos(), pathlib.Path(base_dir) / "proto", dirs_exist_ok=True)
        shutil.copy(HERE / "generate.py", base_dir)


setup(cmdclass={"build_py": BuildPy, "sdist": Sdist})
