// Random requests of every kind, from a small stock of names, so that they meet. Whatever comes, the state keeps its
// rules, a refused request changes nothing, an accepted one only what it names, everybody is told what he may see and
// nothing else, and the store holds what the memory holds.
#include <gtest/gtest.h>

#include "tests/property/answer_check.h"
#include "tests/property/random_requests.h"
#include "tests/property/registry_world.h"
#include "tests/property/request_effects.h"

namespace {

class RegistryProperty : public testing::TestWithParam<unsigned> {
 protected:
  RegistryProperty() : defaultDomain_(GetParam() % 4 == 0), world_(defaultDomain_), requests_(GetParam()) {}

  std::uint32_t request() {
    const core::State before = world_.state();
    const std::string factsBefore = property::facts(before);
    const auto made = requests_.make();
    SCOPED_TRACE("function " + std::to_string(made.function));
    const std::uint32_t status = world_.send(made.function, made.flags, made.payload, made.control);
    const bool replace = (made.flags & isns::flag::kReplace) != 0;
    const bool raised = made.function == isns::idOf(isns::Function::SCNEvent);
    expectRules(before, replace || raised);
    if (status != 0) {
      EXPECT_EQ(factsBefore, property::facts(world_.state())) << "status " << status;
      EXPECT_TRUE(world_.told().empty()) << "a refused request was told of";
    } else {
      expectNothing(property::RequestEffects(before, world_.state(), made.function, replace, made.payload, defaultDomain_).wrong());
    }
    return status;
  }

  void pass(std::chrono::seconds time) {
    const core::State before = world_.state();
    world_.advance(time);
    expectRules(before, false);
  }

  void expectRules(const core::State& before, bool mayReplace) {
    expectNothing(property::StateRules(world_.state()).broken());
    expectNothing(indexes_.wrong(world_.state()));
    expectNothing(property::ScnCheck(before, world_.state(), world_.told(), mayReplace).wrong());
  }

  // What one of those who are registered is told when it asks.
  void ask() {
    const auto all = property::SightOracle(world_.state()).everybody();
    if (all.empty()) return;
    const property::Who viewer = all[requests_.below(static_cast<unsigned>(all.size()))];
    expectNothing(property::AnswerCheck(world_, viewer).wrong());
  }

  static void expectNothing(const std::optional<std::string>& wrong) { EXPECT_FALSE(wrong) << *wrong; }

  const bool defaultDomain_;
  property::RegistryWorld world_;
  property::RandomRequests requests_;
  property::IndexHistory indexes_;
};

TEST_P(RegistryProperty, KeepsItsRulesWhateverIsAsked) {
  unsigned accepted = 0;
  for (int step = 0; step < 1500 && !HasFailure(); ++step) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()) + ", step " + std::to_string(step));
    if (request() == 0) ++accepted;
    if (requests_.oneIn(50)) pass(std::chrono::seconds(requests_.below(400)));
    if (step % 5 == 0) ask();
    if (step % 100 == 0) {
      EXPECT_EQ(property::facts(world_.state()), world_.factsAfterRestart());
    }
    if (step % 500 == 499) world_.restart();
  }
  EXPECT_GT(accepted, 300U);
  EXPECT_EQ(property::facts(world_.state()), world_.factsAfterRestart());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RegistryProperty, testing::Range(1U, 25U));

}  // namespace
