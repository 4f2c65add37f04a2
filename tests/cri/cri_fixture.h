// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_CRI_CRI_FIXTURE_H_
#define PINWARDEN_TESTS_CRI_CRI_FIXTURE_H_

#include "gtest/gtest.h"
#include "pinwarden/cri.h"
#include "testing/fake_cri.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {

// A fake runtime, and clients of it that wait for a busy machine.
class CriClientTest : public ::testing::Test {
 protected:
  CriClientTest() {
    options_.socket = runtime_.socket();
    options_.deadline = absl::Seconds(30);
    options_.rest = absl::ZeroDuration();
    options_.keep = absl::InfiniteDuration();
    runtime_.AddImage(
        MakeCriImage("sha256:aa", {"demo:1", "demo:2"}, {"demo@sha256:bb"}));
  }

  TempDir directory_;
  FakeCri runtime_{directory_ / "cri.sock"};
  CriOptions options_;
};

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_CRI_CRI_FIXTURE_H_
