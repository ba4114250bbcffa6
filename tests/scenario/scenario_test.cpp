// Runs every transcript of tests/scenario/cases.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/scenario/world.h"

namespace {

const std::filesystem::path kCases = std::filesystem::path(SANCTUM_SOURCE_DIR) / "tests/scenario/cases";

// A step: the commands up to "----", and the lines that are expected after it, up to an empty line.
struct Step {
  std::vector<std::string> before;  // comments and empty lines, kept when the file is written again
  std::vector<std::string> commands;
  std::vector<std::string> expected;
};

std::vector<Step> readCase(const std::filesystem::path& path) {
  std::vector<Step> steps(1);
  std::ifstream in(path);
  bool answers = false;
  for (std::string line; std::getline(in, line);) {
    if (answers && line.empty()) {
      answers = false;
      steps.emplace_back();
    } else if (answers) {
      steps.back().expected.push_back(line);
    } else if (line == "----") {
      answers = true;
    } else if (line.empty() || line.starts_with("#")) {
      steps.back().before.push_back(line);
    } else {
      steps.back().commands.push_back(line);
    }
  }
  if (steps.back().commands.empty() && steps.back().before.empty()) steps.pop_back();
  return steps;
}

void writeCase(const std::filesystem::path& path, const std::vector<Step>& steps) {
  std::ofstream out(path);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const std::string& line : steps[i].before) out << line << '\n';
    for (const std::string& line : steps[i].commands) out << line << '\n';
    if (!steps[i].commands.empty()) out << "----\n";
    for (const std::string& line : steps[i].expected) out << line << '\n';
    if (i + 1 < steps.size()) out << '\n';
  }
}

std::vector<std::string> caseNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kCases)) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, GoesAsWritten) {
  const std::filesystem::path path = kCases / (GetParam() + ".txt");
  std::vector<Step> steps = readCase(path);
  ASSERT_FALSE(steps.empty());
  const bool update = std::getenv("SCENARIO_UPDATE") != nullptr;
  scenario::World world;
  for (Step& step : steps) {
    scenario::Lines lines;
    std::string commands;
    for (const std::string& command : step.commands) {
      commands += command + "\n";
      const scenario::Lines more = world.run(command);
      lines.insert(lines.end(), more.begin(), more.end());
    }
    if (update) {
      step.expected = lines;
    } else {
      EXPECT_EQ(step.expected, lines) << path.filename() << ", after:\n" << commands;
    }
  }
  if (update) writeCase(path, steps);
}

INSTANTIATE_TEST_SUITE_P(Cases, Scenario, testing::ValuesIn(caseNames()),
                         [](const auto& test) { return test.param; });

}  // namespace
