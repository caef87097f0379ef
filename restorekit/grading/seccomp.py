"""Which calls to the kernel a program in the sandbox may not make: a filter that bubblewrap hands to the kernel."""

import platform
import struct

__all__ = ["filter_for"]

#: Refused with "operation not permitted": name, number on x86-64, number on 64-bit ARM.
_REFUSED = """
ptrace 101 117               process_vm_readv 310 270     process_vm_writev 311 271    kcmp 312 272
kill 62 129                  tkill 200 130                tgkill 234 131               rt_sigqueueinfo 129 138
rt_tgsigqueueinfo 297 240    pidfd_send_signal 424 424    pidfd_open 434 434           pidfd_getfd 438 438
unshare 272 97               setns 308 268                chroot 161 51                pivot_root 155 41
mount 165 40                 umount2 166 39               open_tree 428 428            move_mount 429 429
fsopen 430 430               fsconfig 431 431             fsmount 432 432              mount_setattr 442 442
memfd_create 319 279         memfd_secret 447 447         shmget 29 194                msgget 68 186
semget 64 190                add_key 248 217              request_key 249 218          keyctl 250 219
bpf 321 280                  perf_event_open 298 241      userfaultfd 323 282          open_by_handle_at 304 265
io_uring_setup 425 425       io_uring_enter 426 426       io_uring_register 427 427
"""
#: The kernel's name of the machine, and the numbers of clone, clone3, socket and prlimit64 there.
_MACHINES = {"x86_64": (0xC000003E, 56, 435, 41, 302), "aarch64": (0xC00000B7, 220, 435, 198, 261)}
_ALLOW, _KILL, _NOT_PERMITTED, _UNKNOWN_CALL = 0x7FFF0000, 0x80000000, 0x00050000 | 1, 0x00050000 | 38
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_CALL, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16  # where they stand in what the kernel shows to a filter
_NEW_NAMESPACES = 0x7E020080
_FAMILIES = (1, 2, 10, 16)  # sockets within the machine and of the internet; others know nothing of network namespaces


def filter_for(machine=None):
    """The filter as bubblewrap takes it: a program for the kernel's small virtual machine.

    Refused are: looking into other processes and signalling them directly; new namespaces and mounts; memory of no process, which no
    watchdog sees (memfd, System V); sockets that lead round the network namespace; and what a grown kernel has had its troubles
    with.

    Parameters
    ----------
    machine : str, optional
        "x86_64" or "aarch64"; this one's by default.

    Returns
    -------
    bytes
        b"" for another machine: there is no filter for it.

    Examples
    --------
    >>> len(filter_for("x86_64")) % 8, filter_for("riscv64")
    (0, b'')
    """
    machine = machine or platform.machine()
    if machine not in _MACHINES:
        return b""
    name, clone, clone3, socket, prlimit = _MACHINES[machine]
    words = _REFUSED.split()
    refused = [int(number) for number in words[1 if machine == "x86_64" else 2 :: 3]]
    program = [(_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, name), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _CALL)]
    if machine == "x86_64":  # the same calls under other numbers, for 32-bit pointers
        program += [(_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, _NOT_PERMITTED)]
    for number in refused:
        program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _NOT_PERMITTED)]
    program += [(_EQUAL, 0, 1, clone3), (_RETURN, 0, 0, _UNKNOWN_CALL)]  # its flags can't be read; libc then uses clone
    program += _if_first_argument(clone, [(_ANY_BIT, 0, 1, _NEW_NAMESPACES), (_RETURN, 0, 0, _NOT_PERMITTED)], _ALLOW)
    for number, fine in ((socket, _FAMILIES), (prlimit, (0,))):  # limits of oneself, not of another process
        tests = [step for value in fine for step in ((_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW))]
        program += _if_first_argument(number, tests, _NOT_PERMITTED)
    program.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("<HBBI", *step) for step in program)


def _if_first_argument(number, tests, otherwise):
    """Steps for one call: tests of its first argument, and what holds where none of them decides."""
    return [(_EQUAL, 0, len(tests) + 2, number), (_LOAD, 0, 0, _FIRST_ARGUMENT), *tests, (_RETURN, 0, 0, otherwise)]
