"""A guest of QEMU with Debian's kernel, for what needs kernel modules that this machine may not have: NBD, iSCSI.

The guest has no disk: everything is in its initramfs, made of programs of this machine with their libraries, the kernel's
modules and a script, whose output comes over the serial console. Without hardware acceleration it takes some 20 s to
boot. The kernel is that of Debian's archive, unpacked into a folder, and neither installed nor started here.
"""

import glob
import os
import re
import shutil
import subprocess

PROGRAMS = ("qemu-system-x86_64", "cpio", "gzip", "dpkg-deb", "apt-get")
MODULES = ("virtio_rng", "loop", "fuse", "nbd", "iscsi_tcp", "sd_mod", "crc32c_generic", "ext4")
_SBIN = ":/usr/sbin:/sbin"


def which(program):
    return shutil.which(program, path=os.environ.get("PATH", "") + _SBIN)


def why_not(*programs):
    """What is missing here for a guest that has these programs, or an empty text."""
    missing = [name for name in (*PROGRAMS, "busybox", *programs) if not which(name)]
    return "missing: " + ", ".join(missing) if missing else ""


def kernel(folder):
    """The folder of an unpacked kernel of the archive; it is fetched where it is not there yet."""
    if not glob.glob(f"{folder}/boot/vmlinuz-*"):
        os.makedirs(folder, exist_ok=True)
        said = subprocess.run(["apt-cache", "depends", "linux-image-amd64"], capture_output=True, text=True, check=True).stdout
        package = re.search(r"Depends: (linux-image-\S+)", said).group(1)
        subprocess.run(["apt-get", "download", "-q", package], cwd=folder, check=True, capture_output=True)
        [archive] = glob.glob(f"{folder}/{package}_*.deb")
        subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
        os.remove(archive)
    return folder


def _in_order(folder, wanted):
    """The files of modules, each behind those that it depends on."""
    files = {}
    for path in glob.glob(f"{folder}/lib/modules/*/kernel/**/*.ko", recursive=True):
        files[os.path.basename(path)[:-3].replace("-", "_")] = path
    order = []

    def add(name):
        path = files.get(name.replace("-", "_"))
        if path is None or path in order:  # built in
            return
        with open(path, "rb") as file:
            depends = re.search(rb"\0depends=([^\0]*)\0", file.read()).group(1).decode()
        for other in filter(None, depends.split(",")):
            add(other)
        order.append(path)
    for name in wanted:
        add(name)
    return order


class Guest:
    """`programs`: paths or names of this machine's; `script`: a shell script, which begins when modules are loaded;
    `files`: texts by their path; `folders`: of this machine, by theirs in the guest."""

    def __init__(self, folder, kernel_folder, programs, script, files=None, more_modules=(), folders=None):
        self.folder, self.kernel = folder, kernel_folder
        self.root = os.path.join(folder, "root")
        for name in ("applets", "bin", "dev", "proc", "sys", "tmp", "run", "etc", "modules", "var"):
            os.makedirs(os.path.join(self.root, name))
        self._program(which("busybox"))
        for one in programs:
            self._program(one if "/" in one else which(one))
        modules = _in_order(kernel_folder, [*MODULES, *more_modules])
        for path in modules:
            shutil.copy(path, os.path.join(self.root, "modules"))
        for path, source in (folders or {}).items():
            shutil.copytree(source, os.path.join(self.root, path), symlinks=True, dirs_exist_ok=True)
        for path, text in (files or {}).items():
            self._write(path, text)
        self._write("script", script)
        self._write("init", "#!/bin/busybox sh\n/bin/busybox --install -s /applets\nexport PATH=/bin:/applets HOME=/tmp\n"
                    "mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev\n"
                    "mkdir -p /dev/shm /dev/pts; mount -t tmpfs tmp /dev/shm; mount -t tmpfs tmp /run\n"
                    "ip link set lo up; hostname guest\n" +
                    "".join(f"insmod /modules/{os.path.basename(path)}\n" for path in modules) +
                    "/bin/busybox sh /script </dev/null; echo \"SCRIPT ENDED WITH $?\"; poweroff -f\n", 0o755)

    def _write(self, path, text, mode=0o644):
        whole = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(whole, mode)

    def _program(self, path):
        there = os.path.join(self.root, "bin", os.path.basename(path))
        shutil.copy(path, there)
        subprocess.run(["strip", there], check=False, capture_output=True)  # of debugging information
        libraries = subprocess.run(["ldd", path], capture_output=True, text=True, check=False).stdout
        for library in re.findall(r"(/\S+)", libraries):
            target = self.root + library
            if not os.path.exists(target):
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copy(os.path.realpath(library), target)

    def run(self, patience=300):
        """What the guest said; an AssertionError where its script did not end well."""
        archive = os.path.join(self.folder, "initrd.gz")
        subprocess.run("find . | cpio --quiet -o -H newc | gzip -1 > ../initrd.gz", shell=True, check=True, cwd=self.root)
        [image] = glob.glob(f"{self.kernel}/boot/vmlinuz-*")
        argv = ["qemu-system-x86_64", "-machine", "pc", "-accel", "tcg", "-cpu", "max", "-m", "1536", "-smp", "2",
                "-nographic", "-no-reboot", "-nic", "none", "-device", "virtio-rng-pci", "-kernel", image, "-initrd", archive,
                "-append", "console=ttyS0 quiet panic=-1 random.trust_cpu=on no_timer_check"]
        try:
            said = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=patience, check=False).stdout
        except subprocess.TimeoutExpired as late:
            raise AssertionError("the guest did not end in time:\n" + (late.stdout or b"").decode(errors="replace")) from None
        said = said.decode(errors="replace").replace("\r", "")
        if "SCRIPT ENDED WITH 0" not in said:
            raise AssertionError("the script of the guest failed:\n" + said)
        return said
