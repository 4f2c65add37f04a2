// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The runtime waits while a container is judged, so judging must not wait for a
// file or a socket. The kernel watches here: it kills the process at the first
// system call that could.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "nri.pb.h"
#include "pinwarden/admission.h"
#include "pinwarden/policy.h"

namespace pinwarden {
namespace {

// What may do I/O or wait for somebody.
constexpr int kForbidden[] = {
    SYS_openat,          SYS_read,     SYS_pread64, SYS_readv,
    SYS_write,           SYS_pwrite64, SYS_writev,  SYS_fsync,
    SYS_connect,         SYS_sendto,   SYS_sendmsg, SYS_recvfrom,
    SYS_recvmsg,         SYS_socket,   SYS_ppoll,   SYS_nanosleep,
    SYS_clock_nanosleep,
};

// A sanitizer looks at an object's type with a write() of its own, the first
// time it comes by: there both containers are judged once before.
#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
#define PINWARDEN_CHECKS_WRITE 1
#endif
#endif
#ifdef PINWARDEN_CHECKS_WRITE
constexpr bool kWarmUp = true;
#else
constexpr bool kWarmUp = false;
#endif

// For the calling thread, from here on.
void ForbidIo() {
  std::vector<sock_filter> filter;
  filter.push_back(
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  for (const int call : kForbidden) {
    filter.push_back(
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, 1));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
  }
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog program = {static_cast<unsigned short>(filter.size()),
                              filter.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    _exit(3);
  }
}

// The exit code says how many of the two were admitted.
[[noreturn]] void JudgeWithoutIo(bool then_write) {
  const PolicyLoad load = LoadPolicy(
      "version: 1\nmode: enforce\nrules:\n  - name: default\n    require: "
      "tag\n",
      "policy.yaml", absl::UnixEpoch());
  Engine engine(load.policy);
  Recorder recorder(10, {});
  Admission admission(engine, recorder, nullptr, &absl::Now);
  const RuntimeInfo runtime = IdentifyRuntime("containerd", "2.2.0");
  wire::nri::PodSandbox pod;
  (*pod.mutable_labels())["app"] = "web";
  wire::nri::Container pinned;
  wire::nri::Container unpinned;
  (*pinned.mutable_annotations())["io.kubernetes.cri.image-name"] =
      "nginx:1.27";
  (*unpinned.mutable_annotations())["io.kubernetes.cri.image-name"] = "nginx";
  const auto judge_both = [&] {
    int admitted = 0;
    for (const auto* container : {&pinned, &unpinned}) {
      const NriContainer asked = {runtime, &pod, *container};
      admitted += admission.Admit(asked, NriEvents::kCreate).admit;
    }
    return admitted;
  };
  if (kWarmUp) judge_both();
  ForbidIo();
  int admitted = judge_both();
  if (then_write) admitted += static_cast<int>(write(STDERR_FILENO, "", 0));
  _exit(admitted);
}

TEST(AdmissionIoTest, NoneWhileAContainerIsJudged) {
  EXPECT_EXIT(JudgeWithoutIo(false), ::testing::ExitedWithCode(1), "");
}

TEST(AdmissionIoTest, WouldBeNoticed) {
  EXPECT_EXIT(JudgeWithoutIo(true), ::testing::KilledBySignal(SIGSYS), "");
}

}  // namespace
}  // namespace pinwarden
