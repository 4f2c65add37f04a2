// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "ledger/message_form.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

TEST(MessageFormTest, SharesWhatImagesHaveInCommon) {
  const struct {
    const char* image;
    const char* message;
    const char* want;
  } kCases[] = {
      {"nginx", "image \"nginx\": pin it: nginx:<version>",
       "image \"\x01\": pin it: \x01:<version>"},
      {"h:5000/a:latest",
       "image \"h:5000/a:latest\": pin it: h:5000/a:<version>",
       "image \"\x01\": pin it: \x02:<version>"},
      {"a/nginx:1@sha256:9f", "no \"a/nginx:1@sha256:9f\" but a/nginx",
       "no \"\x01\" but \x02"},
      {"", "no image name", "no image name"},
      {"ab", "a table of abs", "a table of abs"},
      {"nginx:1", "", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.image);
    EXPECT_EQ(ShortForm(c.message, c.image), c.want);
  }
}

TEST(MessageFormTest, ComesBackAsItWas) {
  const std::string images[] = {"",
                                "nginx",
                                "nginx:latest",
                                "h:5000/a:1",
                                "@",
                                ":",
                                "/",
                                "a:b:c",
                                "x\x01",
                                std::string("\0\0\0", 3),
                                "a/b@c@d",
                                ":::::",
                                "aaa:aaa"};
  for (const std::string& image : images) {
    for (const std::string& other : images) {
      for (const std::string& message :
           {absl::StrCat("image \"", image, "\" ", other, ": ", image, image),
            absl::StrCat("\x03", other), absl::StrCat(other, "\x02"), other}) {
        EXPECT_EQ(FullForm(ShortForm(message, image), image), message);
      }
    }
  }
}

}  // namespace
}  // namespace pinwarden
