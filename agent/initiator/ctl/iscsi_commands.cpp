#include "agent/initiator/ctl/iscsi_commands.h"

#include "agent/initiator/ctl/handlers.h"
#include "shared/ctl/output.h"

namespace initiator_ctl {
namespace {

using ctl::Command;
using ctl::Example;
using ctl::Option;
using ctl::Positional;
using ctl::Words;

constexpr std::string_view kDigestWords[] = {"none", "prefer", "require"};
constexpr std::string_view kModes[] = {"read", "write", "mix"};
constexpr std::string_view kPatterns[] = {"random", "sequential"};

// clang-format off

// --- options ---

constexpr Option kIscsiOptions[] = {
  {"--initiator",           "NAME",    "who logs in; this machine's initiator if not given", "SANCTL_ISCSI_INITIATOR"},
  {"--credentials",         "FILE",    "lines user=, password=, target_user=, target_password= (CHAP); the owner alone may read it", "SANCTL_ISCSI_CREDENTIALS", false, Words::File},
  {"--header-digest",       "WISH",    "CRC32C over headers; none if not given", {}, false, Words::None, kDigestWords},
  {"--data-digest",         "WISH",    "CRC32C over data; none if not given", {}, false, Words::None, kDigestWords},
  {"--connections",         "NUMBER",  "connections of the session, as many as the target allows; 1 if not given"},
  {"--timeout",             "SECONDS", "how long connecting and logging in may take; 15 if not given"},
  {"--replacement-timeout", "SECONDS", "how long a session that was lost may stay away; 120 if not given"},
  {"--output",              "FORMAT",  "how to print results; table if not given", {}, false, Words::None, ctl::kFormats},
  {"--verbose",             "",        "tell what happens to the session, on the standard error"},
};

constexpr Option kInquiryOptions[] = {
  {"--page", "HEX", "one page of vital product data, as in 83; all if not given"},
};

constexpr Option kReadOptions[] = {
  {"--offset", "BYTES",  "where to begin, as in 64K or 1G; 0 if not given"},
  {"--length", "BYTES",  "how much; to the end if not given"},
  {"--chunk",  "BYTES",  "how much each command moves; 1M if not given"},
  {"--depth",  "NUMBER", "commands at a time; 8 if not given"},
  {"--quiet",  "",       "do not tell how much it was"},
};
constexpr Option kWriteOptions[] = {
  {"--yes",    "",       "write; without it nothing is done"},
  {"--offset", "BYTES",  "where to begin, as in 64K or 1G; 0 if not given"},
  {"--length", "BYTES",  "how much; to the end of the input if not given"},
  {"--pad",    "",       "fill the last block with zeros where the input ends within it"},
  {"--chunk",  "BYTES",  "how much each command moves; 1M if not given"},
  {"--depth",  "NUMBER", "commands at a time; 8 if not given"},
  {"--quiet",  "",       "do not tell how much it was"},
};
constexpr Option kCopyOptions[] = {
  {"--yes",       "",       "write to the second unit; without it nothing is done"},
  {"--offset",    "BYTES",  "where to begin in the first unit; 0 if not given"},
  {"--to-offset", "BYTES",  "where to begin in the second unit; 0 if not given"},
  {"--length",    "BYTES",  "how much; to the end of the first unit if not given"},
  {"--chunk",     "BYTES",  "how much each command moves; 1M if not given"},
  {"--depth",     "NUMBER", "commands at a time; 8 if not given"},
  {"--quiet",     "",       "do not tell how much it was"},
};
constexpr Option kBenchOptions[] = {
  {"--block-size",    "BYTES",   "of an operation; 4096 if not given"},
  {"--depth",         "NUMBER",  "operations at a time, of each session; 32 if not given"},
  {"--mode",          "MODE",    "read if not given", {}, false, Words::None, kModes},
  {"--write-percent", "NUMBER",  "how many of a mix are writes; 30 if not given"},
  {"--pattern",       "PATTERN", "which blocks; random if not given", {}, false, Words::None, kPatterns},
  {"--time",          "SECONDS", "how long; 10 if not given"},
  {"--sessions",      "NUMBER",  "sessions side by side; 1 if not given"},
  {"--yes",           "",        "write; without it a mode that writes does nothing"},
};
constexpr Option kWatchOptions[] = {
  {"--poll",  "SECONDS", "how often the unit is asked whether something changed; 5 if not given"},
  {"--count", "NUMBER",  "end after so many events"},
  {"--for",   "SECONDS", "end after so long"},
};

// --- arguments ---

constexpr Positional kPortalUrl[] = {{"URL", "iscsi://[USER@]HOST[:PORT]"}};
constexpr Positional kTargetUrl[] = {{"URL", "iscsi://[USER@]HOST[:PORT]/TARGET"}};
constexpr Positional kUnitUrl[] = {{"URL", "iscsi://[USER@]HOST[:PORT]/TARGET[/LUN]; LUN 0 if none is given"}};
constexpr Positional kReadArguments[] = {
  {"URL", "iscsi://[USER@]HOST[:PORT]/TARGET[/LUN]"},
  {"FILE", "where to write; the standard output if not given or -", false, false, Words::File}};
constexpr Positional kWriteArguments[] = {
  {"URL", "iscsi://[USER@]HOST[:PORT]/TARGET[/LUN]"},
  {"FILE", "what to write; the standard input if not given or -", false, false, Words::File}};
constexpr Positional kCopyArguments[] = {
  {"FROM", "the unit to read: iscsi://[USER@]HOST[:PORT]/TARGET[/LUN]"},
  {"TO", "the unit to write"}};
constexpr Positional kCompareArguments[] = {
  {"URL", "iscsi://[USER@]HOST[:PORT]/TARGET[/LUN]"},
  {"OTHER", "another unit's URL, or a file; - is the standard input", true, false, Words::File}};

// --- examples ---

constexpr Example kIscsiExamples[] = {
  {"sanctl iscsi discover iscsi://10.0.0.1",                                     "the targets behind a portal"},
  {"sanctl iscsi luns iscsi://10.0.0.1/iqn.2001-04.com.example:disk",            "what a target offers this machine"},
  {"sanctl iscsi read --credentials chap.txt iscsi://10.0.0.1/iqn.2001-04.com.example:disk/1 disk.img", "with CHAP"},
};
constexpr Example kDiscoverExamples[] = {
  {"sanctl iscsi discover iscsi://10.0.0.1",                       "port 3260"},
  {"sanctl iscsi discover iscsi://[2001:db8::1]:3261 --output json", "another port, for a program"},
};
constexpr Example kInquiryExamples[] = {
  {"sanctl iscsi inquiry iscsi://10.0.0.1/iqn.2001-04.com.example:disk/1",           "all that the unit tells of itself"},
  {"sanctl iscsi inquiry iscsi://10.0.0.1/iqn.2001-04.com.example:disk/1 --page b0", "one page"},
};
constexpr Example kLunsExamples[] = {
  {"sanctl iscsi luns iscsi://10.0.0.1/iqn.2001-04.com.example:disk",              "with capacity and serial number"},
  {"sanctl iscsi luns iscsi://10.0.0.1/iqn.2001-04.com.example:disk --output csv", "for a spreadsheet"},
};
constexpr Example kReadExamples[] = {
  {"sanctl iscsi read iscsi://10.0.0.1/iqn.2001-04.com.example:disk/1 disk.img",                    "the whole unit into a file"},
  {"sanctl iscsi read --length 512 iscsi://10.0.0.1/iqn.2001-04.com.example:disk/1 | hexdump -C",   "its first block"},
};
constexpr Example kWriteExamples[] = {
  {"sanctl iscsi write --yes iscsi://10.0.0.1/iqn.2001-04.com.example:disk/1 disk.img",             "a file onto the unit"},
  {"zcat disk.img.gz | sanctl iscsi write --yes iscsi://10.0.0.1/iqn.2001-04.com.example:disk/1",   "from a pipe"},
};
constexpr Example kCopyExamples[] = {
  {"sanctl iscsi copy --yes iscsi://10.0.0.1/iqn.2001-04.com.example:old/1 iscsi://10.0.0.2/iqn.2001-04.com.example:new/1", "move to another array"},
  {"sanctl iscsi copy --yes --length 1G iscsi://10.0.0.1/iqn.2001-04.com.example:old/1 iscsi://10.0.0.1/iqn.2001-04.com.example:old/2", "a gibibyte to the next unit"},
};
constexpr Example kCompareExamples[] = {
  {"sanctl iscsi compare iscsi://10.0.0.1/iqn.2001-04.com.example:disk/1 disk.img", "a unit with a file"},
  {"sanctl iscsi compare iscsi://10.0.0.1/iqn.2001-04.com.example:old/1 iscsi://10.0.0.2/iqn.2001-04.com.example:new/1", "two units"},
};
constexpr Example kBenchExamples[] = {
  {"sanctl iscsi bench iscsi://10.0.0.1/iqn.2001-04.com.example:disk/1",                                   "4 KiB random reads, 32 at a time"},
  {"sanctl iscsi bench --mode mix --yes --block-size 64K iscsi://10.0.0.1/iqn.2001-04.com.example:disk/1", "reads and writes of 64 KiB"},
};
constexpr Example kWatchExamples[] = {
  {"sanctl iscsi watch iscsi://10.0.0.1/iqn.2001-04.com.example:disk/1",                         "until Ctrl-C"},
  {"sanctl iscsi watch --for 3600 --output json iscsi://10.0.0.1/iqn.2001-04.com.example:disk/1", "an hour, one JSON object a line"},
};

// --- commands ---

constexpr std::string_view kIscsiDetails =
  "An initiator of its own: no kernel module, no daemon, no root. URLs are those of libiscsi, with target_user, "
  "target_password, header_digest=crc32c and data_digest=crc32c behind a question mark. A password in a URL can be seen by "
  "all users of the machine: put it into a file (--credentials) or into LIBISCSI_CHAP_PASSWORD and "
  "LIBISCSI_CHAP_TARGET_PASSWORD. A session that is lost is made again, and what had no answer is sent again.";
constexpr std::string_view kCompareDetails =
  "Ends with exit code 8 and the first byte that differs where they are not the same. A file that ends within a block is "
  "compared as if zeros followed; what the unit has behind the file is not looked at.";
constexpr std::string_view kWriteDetails = "Everything in the range is overwritten. At the end the unit's cache is flushed.";
constexpr std::string_view kBenchDetails =
  "CPU per operation is that of this program. With a mode that writes, what is on the unit is lost.";

constexpr Command kCommands[] = {
  {"iscsi",          "look at, read, write and measure iSCSI targets", kIscsiDetails, kIscsiOptions, {}, kIscsiExamples, nullptr},
  {"iscsi discover", "list the targets behind a portal (SendTargets)", "", {}, kPortalUrl, kDiscoverExamples, discover},
  {"iscsi inquiry",  "show what a logical unit tells of itself", "", kInquiryOptions, kUnitUrl, kInquiryExamples, inquiry},
  {"iscsi luns",     "list the logical units of a target, with their capacity", "", {}, kTargetUrl, kLunsExamples, luns},
  {"iscsi read",     "copy a logical unit into a file", "", kReadOptions, kReadArguments, kReadExamples, readUnit},
  {"iscsi write",    "copy a file onto a logical unit", kWriteDetails, kWriteOptions, kWriteArguments, kWriteExamples, writeUnit},
  {"iscsi copy",     "copy a logical unit onto another", kWriteDetails, kCopyOptions, kCopyArguments, kCopyExamples, copyUnit},
  {"iscsi compare",  "compare a logical unit with another or with a file", kCompareDetails, kReadOptions, kCompareArguments, kCompareExamples, compareUnit},
  {"iscsi bench",    "measure a logical unit: operations and bytes a second, latency", kBenchDetails, kBenchOptions, kUnitUrl, kBenchExamples, bench},
  {"iscsi watch",    "print what happens to a session", "", kWatchOptions, kUnitUrl, kWatchExamples, watch},
};
// clang-format on

}  // namespace

ctl::CommandTable iscsiCommands() { return kCommands; }

}  // namespace initiator_ctl
