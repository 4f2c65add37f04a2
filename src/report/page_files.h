// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_REPORT_PAGE_FILES_H_
#define PINWARDEN_REPORT_PAGE_FILES_H_

namespace pinwarden {

// The files of src/report/page, which the build turns into these.
extern const char kPageHtml[];
extern const char kPageCss[];
extern const char kBaseJs[];
extern const char kChartsJs[];
extern const char kTableJs[];
extern const char kMainJs[];

}  // namespace pinwarden

#endif  // PINWARDEN_REPORT_PAGE_FILES_H_
