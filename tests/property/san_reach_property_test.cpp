// Reach against a brute-force oracle on random SANs: every cell of every host and logical unit, in both bases, and the
// matrices of the three questions. SANCTUM_SEED runs one seed again, SANCTUM_RUNS says how many.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "tests/property/random_san.h"
#include "tests/property/reach_oracle.h"

using namespace test;

namespace {

std::uint64_t numberFrom(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::stoull(text);
}

std::string inWords(const san::Cell& cell) {
  return "finds " + std::string(san::wordOf(cell.finds)) + ", gets in " + std::string(san::wordOf(cell.getsIn)) +
         ", works " + std::string(san::wordOf(cell.works)) + ", " + std::string(san::wordOf(cell.right)) +
         (cell.observed ? ", observed" : "") + (cell.pending ? ", pending" : "");
}

san::Truth answerOf(const san::Cell& cell, san::Question question) {
  if (question == san::Question::Finds) return cell.finds;
  return question == san::Question::GetsIn ? cell.getsIn : cell.works;
}

// What matrices say of a cell, and the paths; the cell itself is right.
void checkRest(const san::SanIndex& index, san::Basis basis, std::size_t host, std::size_t unit, const san::Cell& cell,
               const std::array<san::ReachMatrix, 3>& matrices) {
  for (const san::Question question : {san::Question::Finds, san::Question::GetsIn, san::Question::Works}) {
    const san::ReachMatrix& matrix = matrices[static_cast<std::size_t>(question)];
    const san::Truth answer = answerOf(cell, question);
    ASSERT_EQ(matrix.at(host, unit), answer) << "question " << static_cast<int>(question);
    ASSERT_EQ(matrix.writable(host, unit), answer != san::Truth::No && cell.right == san::Right::ReadWrite)
        << "question " << static_cast<int>(question);
  }
  san::Cell byPaths;
  for (const san::Path& path : pathsBetween(index, basis, host, index.units()[unit])) {
    byPaths.finds = either(byPaths.finds, path.finds());
    byPaths.getsIn = either(byPaths.getsIn, path.getsIn());
    byPaths.works = either(byPaths.works, path.works());
  }
  ASSERT_EQ(byPaths.finds, cell.finds);
  ASSERT_EQ(byPaths.getsIn, cell.getsIn);
  ASSERT_EQ(byPaths.works, cell.works);
}

// A cell is not yes and unknown at once, and no bit is beyond the last unit: whoever counts bits relies on it.
void checkBits(const san::ReachMatrix& matrix) {
  std::size_t yes = 0;
  std::size_t unknown = 0;
  for (std::size_t host = 0; host < matrix.hosts(); ++host) {
    for (std::size_t unit = 0; unit < matrix.units(); ++unit) {
      yes += matrix.at(host, unit) == san::Truth::Yes ? 1U : 0U;
      unknown += matrix.at(host, unit) == san::Truth::Unknown ? 1U : 0U;
    }
  }
  ASSERT_EQ(matrix.count(san::Truth::Yes), yes);
  ASSERT_EQ(matrix.count(san::Truth::Unknown), unknown);
}

void checkSan(std::uint64_t seed) {
  const san::Snapshot snapshot = randomSan(seed);
  const ReachOracle oracle(snapshot);
  const san::SanIndex index(snapshot);
  const auto hosts = oracle.hosts();
  ASSERT_EQ(std::vector(hosts.begin(), hosts.end()), std::vector(index.hosts().begin(), index.hosts().end()));
  for (const san::Basis basis : {san::Basis::Applied, san::Basis::Desired}) {
    // One of them in the memory of another answer.
    std::array matrices{reachMatrix(index, basis, san::Question::Finds),
                        reachMatrix(index, basis, san::Question::GetsIn),
                        reachMatrix(index, basis, san::Question::GetsIn)};
    reachMatrix(index, basis, san::Question::Works, matrices[2]);
    for (const san::ReachMatrix& matrix : matrices) checkBits(matrix);
    if (testing::Test::HasFatalFailure()) return;
    for (std::size_t host = 0; host < index.hosts().size(); ++host) {
      for (std::size_t unit = 0; unit < index.units().size(); ++unit) {
        SCOPED_TRACE(refText(snapshot, index.hosts()[host]) + " and unit " + std::to_string(index.units()[unit]) +
                     (basis == san::Basis::Applied ? " applied" : " desired"));
        const san::Cell expected =
            oracle.cell(basis, index.hosts()[host], *snapshot.get<san::LogicalUnit>(index.units()[unit]));
        const san::Cell cell = cellOf(index, basis, host, index.units()[unit]);
        ASSERT_EQ(inWords(cell), inWords(expected));
        checkRest(index, basis, host, unit, cell, matrices);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

TEST(SanReachProperty, AgreesWithTheOracleOnRandomSans) {
  const std::uint64_t first = numberFrom("SANCTUM_SEED", 1);
  const std::uint64_t runs = numberFrom("SANCTUM_RUNS", std::getenv("SANCTUM_SEED") != nullptr ? 1 : 10'000);
  for (std::uint64_t seed = first; seed < first + runs; ++seed) {
    SCOPED_TRACE("SANCTUM_SEED=" + std::to_string(seed));
    checkSan(seed);
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
