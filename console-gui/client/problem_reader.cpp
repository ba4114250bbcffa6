#include "console-gui/client/problem_reader.h"

#include "shared/base/json_members.h"
#include "shared/base/json_reader.h"

namespace console {
namespace {

constexpr std::string_view kNotHere = "not-here";
// A code of the console's own: the API has "certificate-refused" for the certificate of who asks.
constexpr std::string_view kAuthorityRefused = "authority-refused";
static_assert(mgmt::findProblem(kAuthorityRefused) == nullptr && mgmt::findProblem(kNotHere) == nullptr);

}  // namespace

Problem problemOf(int status, std::string_view body) {
  Problem problem;
  problem.status = status;
  if (auto json = base::parseJson(body); json && json->object() != nullptr) problem.body = std::move(*json);
  problem.code = base::textOf(problem.body, "code");
  problem.title = base::textOf(problem.body, "title");
  problem.detail = base::textOf(problem.body, "detail");
  problem.hint = base::textOf(problem.body, "hint");
  if (problem.title.empty()) {
    problem.title = "The server answered with status " + std::to_string(status);
    problem.hint = "Look at its log; something else than a Sanctum server may answer at this address.";
  }
  return problem;
}

Problem problemOf(mgmt::ProblemCode code, std::string detail) {
  const mgmt::ProblemRow& row = mgmt::kProblems[static_cast<std::size_t>(code)];
  return {row.status, std::string(row.name), std::string(row.title), std::move(detail), std::string(row.hint), {}};
}

base::Failure<Problem> refuse(mgmt::ProblemCode code, std::string detail) {
  return base::fail(problemOf(code, std::move(detail)));
}

Problem unreached(std::string detail) {
  return {0, "unreached", "The server cannot be reached", std::move(detail),
          "What is shown stays as it is; the console tries again by itself.", {}};
}

Problem authorityRefused(std::string detail) {
  return {0,
          std::string(kAuthorityRefused),
          "The server's certificate is not taken",
          std::move(detail),
          "Connect to it anew to look at its certificate.",
          {}};
}

Problem anotherAuthority() { return authorityRefused("It is of another authority than the one that was accepted."); }

bool isAuthorityRefused(const Problem& problem) { return problem.code == kAuthorityRefused; }

Problem notHere(std::string detail) {
  return {0, std::string(kNotHere), "This needs a server", std::move(detail), "Connect to a server to do this.", {}};
}

bool isRefusal(const Problem& problem) { return problem.status >= 400 && problem.status < 500; }

bool mayHaveBeenDone(const Problem& problem) {
  // What asks for nothing, and what ends before anything is asked.
  if (problem.code == kNotHere || isAuthorityRefused(problem)) return false;
  if (isRefusal(problem)) return false;
  // Those of the API that are no fault of who asks say that nothing was changed; of its own mistake a server knows
  // less.
  return mgmt::findProblem(problem.code) == nullptr || problem.is(mgmt::ProblemCode::Internal);
}

}  // namespace console
