// Reference pages and the shipped example of a program, as text from its tables. Pure functions.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "shared/ops/config_schema.h"
#include "shared/ops/log.h"
#include "shared/ops/metrics.h"

namespace program {

struct ReferencePage {
  std::string_view file;  // its name in docs/reference
  std::string (*text)();
};

// Says below a page's title that it is not for editing.
inline constexpr std::string_view kGenerated = "Made from the program's tables by `dump-reference`; do not edit.\n\n";

std::string configurationPage(std::string_view program, std::string_view configPath, const ops::Schema& schema);
std::string exampleFile(std::string_view program, const ops::Schema& schema);
std::string logEventsPage(std::string_view program, std::span<const ops::LogEvent> events);
std::string metricsPage(std::string_view program, std::span<const ops::MetricRow> metrics);

// For pages of a program's own: lines of a Markdown table.
std::string tableHead(std::initializer_list<std::string> heads);
std::string tableRow(std::initializer_list<std::string> cells);
std::string code(std::string_view text);

// file(5): every key and record. `program` is named by "san-agent(8)", `configPath` is where the file is looked for.
std::string configurationManPage(std::string_view file, std::string_view program, std::string_view configPath,
                                 const ops::Schema& schema);
// program(8), out of what --help prints.
std::string helpManPage(std::string_view program, std::string_view help, std::span<const std::string_view> seeAlso);

// main() of a program that writes `pages` into a folder, or with --check compares; with --man it writes `manPages`.
int dumpReference(int argc, char** argv, std::span<const ReferencePage> pages, std::span<const ReferencePage> manPages);

}  // namespace program
