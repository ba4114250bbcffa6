// The completion script and the reference page follow the command tables.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "isns-server/ctl/completion.h"
#include "isns-server/ctl/reference.h"
#include "shared/isns/attributes.h"
#include "tests/unit/ctl/scripted_run.h"

namespace {

using ctl_test::kTables;

std::string fileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// What bash offers after the line; the last word is the one being typed.
std::string offered(const std::vector<std::string>& line) {
  const std::string script = testing::TempDir() + "sanctl-completion-" + std::to_string(::getpid());
  {
    std::ofstream file(script);
    file << ctl::bashCompletion(kTables) << "\ncompopt() { :; }\nCOMP_WORDS=(";
    for (const std::string& word : line) file << "'" << word << "' ";
    file << ")\nCOMP_CWORD=" << line.size() - 1 << "\n_sanctl\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
  }
  std::string text;
  FILE* bash = ::popen(("bash " + script + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer;
  while (std::fgets(buffer.data(), buffer.size(), bash) != nullptr) text += buffer.data();
  ::pclose(bash);
  std::remove(script.c_str());
  return text;
}

TEST(BashCompletion, HoldsEveryCommandAndOption) {
  const std::string script = ctl::bashCompletion(kTables);
  for (const ctl::CommandTable table : kTables) {
    for (const ctl::Command& command : table) {
      EXPECT_NE(script.find("'" + std::string(command.path) + "')"), std::string::npos) << command.path;
      for (const ctl::Option& option : command.options) {
        EXPECT_NE(script.find("'" + std::string(command.path) + " " + std::string(option.name) + "')"),
                  std::string::npos)
            << command.path << " " << option.name;
      }
    }
  }
}

TEST(BashCompletion, OffersCommandsLevelByLevel) {
  EXPECT_EQ(offered({"sanctl", ""}), "completion\nreference\ninit\nlogin\nlogout\nwhoami\npassword\nstatus\nreach\nwho-reaches\nreaches\nlist\nshow\n"
            "search\nfinding\ndiff\nwatch\nexport\nchange\napply\nzone\nmap\naudit\nevidence\nuser\ntoken\nchap\n"
            "isns\niscsi\nagent\n");
  EXPECT_EQ(offered({"sanctl", "isns", "d"}), "deregister\ndd\ndds\ndomain-id\n");
  EXPECT_EQ(offered({"sanctl", "isns", "--server", "list", "dds", "en"}), "enable\n");
}

TEST(BashCompletion, OffersOptionsOfTheCommandAndItsGroups) {
  EXPECT_EQ(offered({"sanctl", "isns", "list", "--l"}), "--limit\n");
  EXPECT_EQ(offered({"sanctl", "isns", "list", "nodes", "--ser"}), "--server\n");
  EXPECT_EQ(offered({"sanctl", "isns", "dd", "add", "--he"}), "--help\n");
  EXPECT_EQ(offered({"sanctl", "reach", "--wh"}), "--why\n");
  EXPECT_EQ(offered({"sanctl", "reach", "web1", "--ser"}), "--server\n");
  EXPECT_EQ(offered({"sanctl", "change", "diff", "--output", "j"}), "json\n");
}

TEST(BashCompletion, OffersValuesOfArgumentsAndOptions) {
  EXPECT_EQ(offered({"sanctl", "isns", "list", "po"}), "portals\nportal-groups\n");
  EXPECT_EQ(offered({"sanctl", "isns", "list", "nodes", ""}), "\n");
  EXPECT_EQ(offered({"sanctl", "isns", "--output", ""}), "table\njson\ncsv\n");
  EXPECT_EQ(offered({"sanctl", "isns", "list", "--get", "iscsi_n"}), "iscsi_name\n");
  EXPECT_EQ(offered({"sanctl", "isns", "list", "--get", "eid,iscsi_n"}), "eid,iscsi_name\n");
  EXPECT_EQ(offered({"sanctl", "isns", "query", "--key", "node_t"}), "node_type=\n");
  EXPECT_EQ(offered({"sanctl", "isns", "query", "--key", "node_type", "=", "tar"}), "target\n");
  EXPECT_EQ(offered({"sanctl", "isns", "query", "--key", "node_type", "="}), "target\ninitiator\ncontrol\n");
  EXPECT_EQ(offered({"sanctl", "isns", "scn", "register", "added,rem"}), "added,removed\n");
  EXPECT_EQ(offered({"sanctl", "isns", "scn", "register", "added", "upd"}), "updated\n");
}

TEST(Reference, IsThePageInDocs) {
  EXPECT_EQ(fileText(SANCTUM_SOURCE_DIR "/docs/reference/sanctl.md"), ctl::referencePage(kTables))
      << "run: sanctl reference > docs/reference/sanctl.md";
}

TEST(Reference, HoldsEveryCommandOptionAndExitCode) {
  const std::string page = ctl::referencePage(kTables);
  for (const ctl::CommandTable table : kTables) {
    for (const ctl::Command& command : table) {
      EXPECT_NE(page.find("## sanctl" + (command.path.empty() ? "" : " " + std::string(command.path)) + "\n"),
                std::string::npos);
      for (const ctl::Option& option : command.options) {
        EXPECT_NE(page.find("`" + std::string(option.name)), std::string::npos) << option.name;
      }
    }
  }
  for (const isns::AttributeRow& row : isns::attributeTable()) {
    if (row.kind != isns::ValueKind::None) {
      EXPECT_NE(page.find("| `" + std::string(row.field) + "` |"), std::string::npos);
    }
  }
  for (const ctl::ExitRow& row : ctl::exitTable()) EXPECT_NE(page.find(row.meaning), std::string::npos);
}

}  // namespace
