// The versions of the stored schema, and the steps from one to the next.
//
// A new database is made in the current version from the schema itself. An older one is brought forward by the steps
// after its version, all in one transaction, after a copy was left beside it. To change the stored schema: add a row
// to kSteps with the next version and the SQL that gets there (for the new columns, at the end of their table), and
// raise kPlan's version. Steps are never edited once released.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace migrations {

struct Step {
  std::uint32_t version;  // what the database has after the step
  std::string_view name;
  std::string_view sql;  // one or more statements
};

struct Plan {
  std::uint32_t version;  // the current one
  std::span<const Step> steps;
};

// What is wrong with a plan, or nothing. Version 1 is the first, so that the first step leads to 2.
constexpr std::string_view problem(const Plan& plan) {
  if (plan.version == 0) return "versions begin with 1";
  if (plan.steps.size() + 1 != plan.version) return "there is not exactly one step to each version after the first";
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (plan.steps[i].version != i + 2) return "the steps' versions do not ascend one by one from 2";
    if (plan.steps[i].name.empty() || plan.steps[i].sql.empty()) return "a step has no name or no statements";
  }
  return {};
}

inline constexpr std::array<Step, 0> kSteps{};
inline constexpr Plan kPlan{1, kSteps};
static_assert(problem(kPlan).empty());

}  // namespace migrations
