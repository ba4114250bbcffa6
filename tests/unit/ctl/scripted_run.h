// Runs sanctl in the test's process against a server that answers from a script.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "isns-server/ctl/all_commands.h"
#include "isns-server/ctl/command_line.h"
#include "isns-server/ctl/connection.h"
#include "shared/ctl/context.h"
#include "shared/isns/request_builders.h"
#include "shared/isns/value_text.h"

namespace ctl_test {

inline const auto kTables = ctl::allCommands();

// "iscsi_name=a node_type=target alias" for TLVs.
std::string words(base::ByteView tlvs);
// The TLVs of such words; values are as on the command line and may not hold blanks.
base::Bytes tlvs(const std::string& text);
isns::AttributeValues attributes(const std::string& text);

struct Script {
  using Reply = std::variant<isns::Response, ctl::Failure>;

  std::deque<Reply> replies;
  std::deque<ctl::Notice> notices;
  std::vector<std::string> asked;  // "DevAttrQry iscsi_name=a | alias", "source: ..." in front where not the session's
  std::vector<ctl::ServerSettings> settings;
  std::vector<std::string> listened;
  bool interruptAtEnd = true;  // no more notices: as if Ctrl-C came
  bool interrupted = false;
  base::TimePoint time{std::chrono::seconds(1000)};

  // The answer to the next request: status 0, key and operating attributes.
  void answer(const std::string& key, const std::string& operating);
  void refuse(std::uint32_t status);
  void fail(ctl::Exit exit);
};

// What a test expects of Script::asked, and of Ended::exit.
using Asked = std::vector<std::string>;
constexpr int code(ctl::Exit exit) { return static_cast<int>(exit); }

struct Ended {
  int exit = 0;
  std::string out;
  std::string err;
};

struct World {
  Script script;
  std::map<std::string, std::string> environment;
  std::map<std::string, std::string> files{
      {"/etc/iscsi/initiatorname.iscsi", "InitiatorName=iqn.2001-04.com.example:me\n"}};
  bool outputFails = false;  // nobody takes what is printed

  // The words after "sanctl isns", separated by blanks.
  Ended isns(const std::string& line) { return run("isns " + line); }
  // The words after "sanctl".
  Ended run(const std::string& line);
  Ended run(const std::vector<std::string>& words);
  ctl::Context context(std::ostream& out, std::ostream& err);
};

// Words of a line as a shell would split them: blanks, and quotes around a word.
std::vector<std::string> split(const std::string& line);

}  // namespace ctl_test
