// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// A process that writes a ledger is killed again and again.
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "ledger/example.h"
#include "ledger/sqlite.h"
#include "pinwarden/ledger.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using testing::IsOk;
using testing::RealisticDecision;
using testing::Shared;
using testing::TempDir;
using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kSlots = 1000;
constexpr milliseconds kSlot(10);
constexpr milliseconds kMayBeLost(1000);
constexpr int kDifferentRows = 20'000;

// Written by the process that is killed, read by the one that kills.
struct Shared64 {
  std::atomic<uint64_t> recorded[kSlots];  // by the end of each slot
  std::atomic<int> slot;                   // the last that is complete; or -1
};

// Some thousand decisions a second, until the end.
[[noreturn]] void WriteUntilKilled(const std::string& path, Shared64* shared,
                                   int seed) {
  LedgerOptions options;
  options.path = path;
  Ledger ledger(options);
  std::mt19937 random(static_cast<unsigned>(seed));
  uint64_t recorded = 0;
  for (int slot = 0; slot < kSlots; ++slot) {
    const Steady::time_point end = Steady::now() + kSlot;
    for (int i = 0; i < 50; ++i) {
      v1::Decision decision = RealisticDecision(
          static_cast<int>(random() % static_cast<unsigned>(kDifferentRows)));
      testing::SetDecisionTime(absl::Now(), &decision);
      ledger.Record(Shared(std::move(decision)));
      ++recorded;
    }
    shared->recorded[slot] = recorded;
    shared->slot = slot;
    std::this_thread::sleep_until(end);
  }
  _exit(0);
}

int64_t Ask(const std::string& path, const char* sql) {
  absl::StatusOr<Database> db =
      Database::Open(path, Database::Access::kWrite, 1000);
  EXPECT_THAT(db, IsOk());
  if (!db.ok()) return -1;
  const absl::StatusOr<int64_t> answer = db->QueryInt(sql);
  EXPECT_THAT(answer, IsOk());
  return answer.value_or(-1);
}

std::string Integrity(const std::string& path) {
  absl::StatusOr<Database> db =
      Database::Open(path, Database::Access::kWrite, 1000);
  if (!db.ok()) return db.status().ToString();
  absl::StatusOr<Statement> check = db->Prepare("PRAGMA integrity_check");
  if (!check.ok()) return check.status().ToString();
  const absl::StatusOr<bool> answered = check->Step();
  if (!answered.ok()) return answered.status().ToString();
  return std::string(check->Bytes(0));
}

TEST(LedgerKillTest, LosesAtMostTheLastSecondAndNoFile) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  void* const mapping = mmap(nullptr, sizeof(Shared64), PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(mapping, MAP_FAILED);
  auto* const shared = new (mapping) Shared64();
  std::mt19937 random(4);
  uint64_t kept_before = 0;
  for (int kill_number = 0; kill_number < PINWARDEN_KILLS; ++kill_number) {
    SCOPED_TRACE(kill_number);
    shared->slot = -1;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) WriteUntilKilled(path, shared, kill_number);
    while (shared->slot < 0) std::this_thread::yield();
    // Anywhere in a write, a checkpoint or between them.
    std::this_thread::sleep_for(milliseconds(1000 + random() % 600));
    const int slots_before = shared->slot;
    ASSERT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));

    ASSERT_EQ(Integrity(path), "ok");
    const auto kept =
        static_cast<uint64_t>(Ask(path, "SELECT sum(count) FROM decision"));
    const auto in_hours =
        static_cast<uint64_t>(Ask(path, "SELECT sum(count) FROM hour"));
    const int sure = slots_before - static_cast<int>(kMayBeLost / kSlot);
    const uint64_t due = sure < 0 ? 0 : shared->recorded[sure].load();
    EXPECT_GE(kept - kept_before, due);
    EXPECT_LE(kept - kept_before, shared->recorded[shared->slot].load() + 50);
    EXPECT_LE(in_hours, kept);
    kept_before = kept;
  }
  EXPECT_GT(kept_before, 0u);
  EXPECT_EQ(Ask(path,
                "SELECT count(*) FROM decision d WHERE NOT EXISTS "
                "(SELECT 1 FROM text t WHERE t.id = d.image)"),
            0);
  munmap(mapping, sizeof(Shared64));
}

}  // namespace
}  // namespace pinwarden
