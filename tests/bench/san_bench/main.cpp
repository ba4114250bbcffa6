// How fast the SAN model answers: the index of a snapshot, all cells of a question (in new memory, and again in the
// memory of the answer before), a proof, the impact of an edit, all rules.
//
// On a synthetic SAN of the size that is asked for, in milliseconds of processor time, a number a round. `--pairs FILE`
// writes what the floor (san_floor) needs to build the rows of the same answers.
#include <cstdio>
#include <ctime>
#include <random>

#include "shared/san/change.h"
#include "shared/san/finding.h"
#include "shared/san/impact.h"
#include "shared/san/why.h"
#include "tests/bench/common/arguments.h"
#include "tests/bench/common/json_line.h"
#include "tests/bench/san_bench/edits.h"
#include "tests/support/synthetic_san.h"

namespace {

using san::Basis;
using san::Question;

double nowMs() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

template <class Work>
double timed(Work&& work) {
  const double begin = nowMs();
  work();
  return nowMs() - begin;
}

// Keeps the compiler from leaving out what nobody looks at.
template <class T>
void use(const T& value) {
  asm volatile("" : : "r"(&value) : "memory");
}

struct Named {
  const char* name;
  Basis basis;
  Question question;
};
constexpr Named kMatrices[] = {
    {"applied_finds_ms", Basis::Applied, Question::Finds},    {"applied_gets_in_ms", Basis::Applied, Question::GetsIn},
    {"applied_works_ms", Basis::Applied, Question::Works},    {"desired_finds_ms", Basis::Desired, Question::Finds},
    {"desired_gets_in_ms", Basis::Desired, Question::GetsIn}, {"desired_works_ms", Basis::Desired, Question::Works}};

void put(std::FILE* file, std::uint32_t number) { std::fwrite(&number, sizeof number, 1, file); }

// The units of a row that stand behind a target, as pairs of the host and that target.
std::vector<std::vector<std::uint32_t>> pairsOf(const san::SanIndex& index, const san::ReachMatrix& matrix,
                                                std::size_t host) {
  std::vector<std::vector<std::uint32_t>> pairs;
  std::vector<san::Id> targets;
  const auto isIn = [&](std::uint32_t unit) { return matrix.at(host, unit) != san::Truth::No; };
  for (std::size_t word = 0; word < matrix.words(); ++word) {
    for (std::uint64_t left = matrix.yes(host)[word] | matrix.unknown(host)[word]; left != 0; left &= left - 1) {
      const std::size_t unit = word * 64 + static_cast<std::size_t>(__builtin_ctzll(left));
      for (const san::UnitPath& path : index.snapshot().get<san::LogicalUnit>(index.units()[unit])->paths.items())
        targets.push_back(path.target);
    }
  }
  std::ranges::sort(targets);
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  for (san::Id target : targets) {
    std::vector<std::uint32_t> units;
    for (std::uint32_t unit : index.columnsOf(target)) {
      if (isIn(unit)) units.push_back(unit);
    }
    pairs.push_back(std::move(units));
  }
  return pairs;
}

bool writePairs(const san::SanIndex& index, const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const san::ReachMatrix matrix = reachMatrix(index, Basis::Applied, Question::Works);
  put(file, static_cast<std::uint32_t>(matrix.hosts()));
  put(file, static_cast<std::uint32_t>(matrix.units()));
  for (std::size_t host = 0; host < matrix.hosts(); ++host) {
    const auto pairs = pairsOf(index, matrix, host);
    put(file, static_cast<std::uint32_t>(pairs.size()));
    for (const auto& units : pairs) {
      put(file, static_cast<std::uint32_t>(units.size()));
      for (std::uint32_t unit : units) put(file, unit);
    }
  }
  return std::fclose(file) == 0;
}

// The slowest of `count` proofs of hosts and units at random.
double slowestProof(const san::SanIndex& index, Basis basis, unsigned count, std::mt19937_64& random) {
  double slowest = 0;
  for (unsigned i = 0; i < count; ++i) {
    const san::ObjectRef host = index.hosts()[random() % index.hosts().size()];
    const san::Id unit = index.units()[random() % index.units().size()];
    slowest = std::max(slowest, timed([&] { use(san::why(index, basis, host, unit)); }));
  }
  return slowest;
}

// From the edits of a draft to its impact, as the server does it: the next snapshot, its index, what differs from the
// present, of which there is an index already.
void previewed(const san::SanIndex& index, const bench::NamedEdits& named) {
  const std::vector<san::Edit>& edits = named.edits;
  const san::Snapshot& before = index.snapshot();
  const auto applied = san::apply(before, edits, san::Writer::ChangeSet, before.revision + 1, before.time);
  if (!applied) {
    std::fprintf(stderr, "san_bench: the edit of %s does not hold: %s\n", named.name.c_str(),
                 applied.error().text.c_str());
    std::exit(1);
  }
  const san::Impact impact = san::impact(index, san::SanIndex(applied->snapshot));
  if (impact.cells.all() == 0) {
    std::fprintf(stderr, "san_bench: the edit of %s changes nothing\n", named.name.c_str());
    std::exit(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  test::SyntheticPlan plan;
  plan.initiatorsPerHost = 2;
  plan.targets = 2000;
  unsigned rounds = 5;
  unsigned proofs = 200;
  std::string pairs;
  bench::Arguments arguments("san_bench", "");
  arguments.option("--hosts", plan.hosts, "hosts")
      .option("--units", plan.units, "logical units")
      .option("--targets", plan.targets, "targets")
      .option("--initiators", plan.initiatorsPerHost, "initiators of a host")
      .option("--rounds", rounds, "times that everything is measured")
      .option("--proofs", proofs, "proofs in a round; the slowest counts")
      .option("--pairs", pairs, "where to write what san_floor needs");
  if (const auto words = arguments.parse(argc, argv); !words || !words->empty()) {
    std::fprintf(stderr, "%s\n", words ? "san_bench takes no words" : words.error().text.c_str());
    return 2;
  }
  const test::SyntheticSan made = test::syntheticSan(plan);
  const san::SanIndex index(made.snapshot);
  if (!pairs.empty() && !writePairs(index, pairs)) {
    std::fprintf(stderr, "san_bench: cannot write %s\n", pairs.c_str());
    return 1;
  }
  std::vector<double> indexMs;
  std::vector<double> proofMs;
  std::vector<double> matrixMs[std::size(kMatrices)];
  std::vector<double> againMs;
  const std::vector<bench::NamedEdits> edits = bench::editsOf(made);
  std::vector<std::vector<double>> impactMs(edits.size());
  std::vector<double> rulesMs;
  san::ReachMatrix kept(0, 0);
  reachMatrix(index, Basis::Applied, Question::Works, kept);
  std::mt19937_64 random(1);
  for (unsigned round = 0; round < rounds; ++round) {
    indexMs.push_back(timed([&] { use(san::SanIndex(made.snapshot)); }));
    for (std::size_t i = 0; i < std::size(kMatrices); ++i) {
      matrixMs[i].push_back(timed([&] { use(reachMatrix(index, kMatrices[i].basis, kMatrices[i].question)); }));
    }
    double slowest = 0;
    for (const Named& one : kMatrices) {
      slowest = std::max(slowest, timed([&] { reachMatrix(index, one.basis, one.question, kept); }));
    }
    againMs.push_back(slowest);
    proofMs.push_back(slowestProof(index, Basis::Applied, proofs, random));
    for (std::size_t i = 0; i < edits.size(); ++i)
      impactMs[i].push_back(timed([&] { previewed(index, edits[i]); }));
    rulesMs.push_back(timed([&] { use(san::evaluate(index, {})); }));
  }
  const san::ReachMatrix works = reachMatrix(index, Basis::Applied, Question::Works);
  bench::JsonLine line;
  line.add("hosts", index.hosts().size())
      .add("units", index.units().size())
      .add("nodes", made.snapshot.table<san::Node>().size())
      .add("cells", works.count(san::Truth::Yes) + works.count(san::Truth::Unknown))
      .add("index_ms", std::span<const double>(indexMs))
      .add("again_ms", std::span<const double>(againMs))
      .add("proof_ms", std::span<const double>(proofMs))
      .add("rules_ms", std::span<const double>(rulesMs));
  for (std::size_t i = 0; i < edits.size(); ++i)
    line.add(edits[i].name.c_str(), std::span<const double>(impactMs[i]));
  for (std::size_t i = 0; i < std::size(kMatrices); ++i)
    line.add(kMatrices[i].name, std::span<const double>(matrixMs[i]));
  line.print();
  return 0;
}
