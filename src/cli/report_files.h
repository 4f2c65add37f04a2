// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CLI_REPORT_FILES_H_
#define PINWARDEN_CLI_REPORT_FILES_H_

#include <string>
#include <vector>

#include "pinwarden/report_data.h"

namespace pinwarden {

struct CliContext;

// Merges reports into `data`. An argument is a file, a folder, which stands for
// the *.json in it, or @FILE, which names one path a line. What cannot be read
// is named on stderr and makes context.exit kExitUsage. False when nothing was
// read at all.
bool MergeReportFiles(const std::vector<std::string>& arguments,
                      ReportData* data, CliContext& context);

}  // namespace pinwarden

#endif  // PINWARDEN_CLI_REPORT_FILES_H_
