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

// What a program prints; the script is a file that is gone afterwards.
std::string printedBy(const std::string& shell, const std::string& text) {
  const std::string script = testing::TempDir() + "sanctl-completion-" + std::to_string(::getpid());
  {
    std::ofstream file(script);
    file << text;
  }
  std::string printed;
  FILE* program = ::popen((shell + " " + script + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer;
  while (std::fgets(buffer.data(), buffer.size(), program) != nullptr) printed += buffer.data();
  ::pclose(program);
  std::remove(script.c_str());
  return printed;
}
bool hasShell(const char* name) {
  return std::system(("command -v " + std::string(name) + " >/dev/null").c_str()) == 0;
}

// What bash offers after the line; the last word is the one being typed.
std::string offered(const std::vector<std::string>& line) {
  std::string text = ctl::bashCompletion(kTables) + "\ncompopt() { :; }\nCOMP_WORDS=(";
  for (const std::string& word : line) text += "'" + word + "' ";
  return printedBy("bash", text + ")\nCOMP_CWORD=" + std::to_string(line.size() - 1) +
                               "\n_sanctl\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
}

// What zsh would be told to offer: compadd and _describe print instead, as outside of its line editor they cannot work.
std::string offeredByZsh(const std::vector<std::string>& line) {
  std::string text =
      "compdef() { :; }\n_files() { print files; }\ncompset() { current=${current##*[,=]}; }\n"
      "compadd() { local -a list; while [[ $1 == -* ]]; do [[ $1 == -S ]] && shift; [[ $1 == -- ]] && break; shift; done\n"
      "shift; for one in \"$@\"; do [[ $one == ${current}* ]] && print -r -- \"$one\"; done; return 0; }\n"
      "_describe() { for one in \"${(@P)4}\"; do [[ $one == ${current}* ]] && print -r -- \"$one\"; done; return 0; }\n" +
      ctl::zshCompletion(kTables) + "\nwords=(";
  for (const std::string& word : line) text += "'" + word + "' ";
  return printedBy("zsh -f", text + ")\nCURRENT=" + std::to_string(line.size()) + "\n_sanctl\n");
}

std::string offeredByFish(const std::string& line) {
  return printedBy("HOME=/nonexistent fish --no-config", ctl::fishCompletion(kTables) + "\ncomplete -C '" + line + "'\n");
}

TEST(ZshCompletion, OffersWhatBashOffersWithWhatItMeans) {
  if (!hasShell("zsh")) GTEST_SKIP() << "there is no zsh here";
  EXPECT_EQ(offeredByZsh({"sanctl", "isns", "d"}),
            "deregister:deregister entities, portals or nodes\ndd:discovery domains\ndds:discovery domain sets\n"
            "domain-id:FC_DOMAIN_IDs of iFCP gateways\n");
  EXPECT_EQ(offeredByZsh({"sanctl", "isns", "--server", "list", "dds", "en"}), "enable:put a set in force\n");
  EXPECT_EQ(offeredByZsh({"sanctl", "reach", "web1", "--wh"}),
            "--why:the proof: each layer with what it rests on, and the smallest changes that would mend it\n");
  EXPECT_EQ(offeredByZsh({"sanctl", "change", "diff", "--output", "j"}), "json\n");
  EXPECT_EQ(offeredByZsh({"sanctl", "import", ""}), "csv\njson\nlio\nopen-isns\n");
  EXPECT_EQ(offeredByZsh({"sanctl", "import", "lio", ""}), "files\n");
  EXPECT_EQ(offeredByZsh({"sanctl", "apply", "-f", ""}), "files\n");
  EXPECT_EQ(offeredByZsh({"sanctl", "isns", "scn", "register", "added,rem"}), "removed\n");
  EXPECT_EQ(offeredByZsh({"sanctl", "isns", "query", "--key", "node_type=tar"}), "target\n");
}

TEST(FishCompletion, OffersWhatBashOffersWithWhatItMeans) {
  if (!hasShell("fish")) GTEST_SKIP() << "there is no fish here";
  EXPECT_EQ(offeredByFish("sanctl zone en"), "enable\tenable a zone set\n");
  EXPECT_EQ(offeredByFish("sanctl isns --server list dds en"), "enable\tput a set in force\n");
  EXPECT_EQ(offeredByFish("sanctl change diff --output j"), "json\n");
  EXPECT_EQ(offeredByFish("sanctl import o"), "open-isns\n");
  EXPECT_EQ(offeredByFish("sanctl isns scn register added,rem"), "added,removed\n");
  EXPECT_EQ(offeredByFish("sanctl isns query --key node_type=tar"), "node_type=target\n");
  EXPECT_EQ(offeredByFish("sanctl apply -f /etc/hostn"), "/etc/hostname\n");
  EXPECT_EQ(offeredByFish("sanctl reach web1 --wh").substr(0, 16), "--why\tthe proof:");
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
  EXPECT_EQ(
      offered({"sanctl", ""}),
      "completion\nreference\ninit\nlogin\nlogout\nwhoami\npassword\nstatus\nreach\nwho-reaches\nreaches\nlist\nshow\n"
      "search\nfinding\ndiff\nwatch\nexport\nchange\nbaseline\napply\nimport\nzone\nobject\nmap\naudit\nevidence\nuser"
      "\ntoken\nchap\nkeys\n"
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
