"""What setup.cfg can't say: in a wheel the folder studies/ is the package bathlab.studies."""

from setuptools import setup
from setuptools.command.build_py import build_py


class WithStudies(build_py):
    """In an editable install the studies stay where they are, beside the package."""

    def finalize_options(self) -> None:
        super().finalize_options()
        if not self.editable_mode:
            self.packages = [*self.packages, "bathlab.studies"]
            self.package_dir = {**self.package_dir, "bathlab.studies": "studies"}


setup(cmdclass={"build_py": WithStudies})
