// Reach: which host reaches which logical unit, layer by layer (DESIGN section 5 is normative).
//
// Two questions that are never merged: does the host *find* it (registered, visible, portal), and does it *get in*
// (network, admitted, mapped)? It *works* where both hold on one path. "Cannot reach" is said only where getting in is No.
// On a path any No is No, else any Unknown is Unknown; of several paths the best counts.
//
// Basis::Applied judges admitted and mapped by what the agents reported as applied; Basis::Desired by what the administrator
// wants there. Pure functions of an index, safe from any thread; nothing is cached. Errors: none.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "shared/san/san_index.h"

namespace san {

namespace detail {
class RowMaker;
}

enum class Layer : std::uint8_t { Registered, Visible, Portal, Network, Admitted, Mapped };
inline constexpr std::size_t kLayers = 6;
template <> struct Words<Layer> {
  static constexpr std::array<std::string_view, kLayers> kList{"registered", "visible", "portal", "network", "admitted", "mapped"};
};

enum class Basis : std::uint8_t { Applied, Desired };
enum class Question : std::uint8_t { Finds, GetsIn, Works };

// One way from an initiator to a logical unit.
struct Path {
  Id initiator = 0;
  Id target = 0;
  Id portal = 0;  // of the target; 0: it has none that anybody knows
  Id unit = 0;
  std::uint32_t lun = 0;  // as the initiator sees it; where no map says, as the target numbers it
  std::array<Truth, kLayers> layers{};
  Right right = Right::ReadWrite;
  Proof proof = Proof::ClaimedName;  // what the target demands and both ends can do
  Id session = 0;                    // an observed session on it, 0: none

  [[nodiscard]] Truth layer(Layer layer) const { return layers[static_cast<std::size_t>(layer)]; }
  [[nodiscard]] Truth finds() const { return both(both(layers[0], layers[1]), layers[2]); }
  [[nodiscard]] Truth getsIn() const { return both(both(layers[3], layers[4]), layers[5]); }
  [[nodiscard]] Truth works() const { return both(finds(), getsIn()); }
};

// A host and a logical unit.
struct Cell {
  Truth finds = Truth::No;
  Truth getsIn = Truth::No;
  Truth works = Truth::No;
  Right right = Right::ReadOnly;  // the most that a path on which it gets in allows (Yes, else Unknown)
  bool observed = false;          // the host's agent listed it, or a target's agent sees a session to it
  bool pending = false;           // what is desired is not yet applied at a target that this cell depends on
  friend bool operator==(const Cell&, const Cell&) = default;
};

// Every path between the two that has a chance: the target stands before the unit and anything joins it with the
// initiator (a domain, a map, an admission, a session, or the initiator is a control node). Best first, then by ids.
std::vector<Path> pathsBetween(const SanIndex& index, Basis basis, std::size_t host, Id unit);

Cell cellOf(const SanIndex& index, Basis basis, std::size_t host, Id unit);

// All cells for one question: a row of bits a host, a bit a logical unit.
class ReachMatrix {
 public:
  ReachMatrix(std::size_t hosts, std::size_t units) { reset(hosts, units); }
  // All cells No; memory that is there already is used again.
  void reset(std::size_t hosts, std::size_t units);
  [[nodiscard]] std::size_t hosts() const { return hosts_; }
  [[nodiscard]] std::size_t units() const { return units_; }
  [[nodiscard]] std::size_t words() const { return words_; }  // of a row

  [[nodiscard]] Truth at(std::size_t host, std::size_t unit) const;
  [[nodiscard]] bool writable(std::size_t host, std::size_t unit) const;  // where at() is not No
  [[nodiscard]] std::span<const std::uint64_t> yes(std::size_t host) const { return row(yes_, host); }
  [[nodiscard]] std::span<const std::uint64_t> unknown(std::size_t host) const { return row(unknown_, host); }
  [[nodiscard]] std::span<const std::uint64_t> write(std::size_t host) const { return row(write_, host); }
  [[nodiscard]] std::span<std::uint64_t> yes(std::size_t host) { return row(yes_, host); }
  [[nodiscard]] std::span<std::uint64_t> unknown(std::size_t host) { return row(unknown_, host); }
  [[nodiscard]] std::span<std::uint64_t> write(std::size_t host) { return row(write_, host); }
  [[nodiscard]] std::size_t count(Truth truth) const;  // cells that are Yes, or Unknown

 private:
  using Bits = std::vector<std::uint64_t>;
  [[nodiscard]] std::span<const std::uint64_t> row(const Bits& bits, std::size_t host) const {
    return std::span(bits).subspan(host * words_, words_);
  }
  [[nodiscard]] std::span<std::uint64_t> row(Bits& bits, std::size_t host) const {
    return std::span(bits).subspan(host * words_, words_);
  }
  std::size_t hosts_ = 0, units_ = 0, words_ = 0;
  // A bit is set in at most one of yes_ and unknown_.
  Bits yes_, unknown_, write_;
};

ReachMatrix reachMatrix(const SanIndex& index, Basis basis, Question question);
// The same into a matrix whose content is no longer needed: at thousands of hosts new memory costs more than the answer.
void reachMatrix(const SanIndex& index, Basis basis, Question question, ReachMatrix& into);
// Several questions out of one walk, by their numbers; nullptr: not asked for.
using ReachMatrices = std::array<ReachMatrix*, 3>;
void reachMatrices(const SanIndex& index, Basis basis, const ReachMatrices& into);

// Works and gets in, of one host after the other: for who looks at each row once and needs no matrix. Both come out of
// one walk, and 4,000 hosts need the memory of one. One thread; the index outlives it.
class ReachRows {
 public:
  // A bit a logical unit, as in a matrix.
  struct Row {
    std::vector<std::uint64_t> worksYes, worksUnknown, inYes, inUnknown;
    std::vector<std::uint64_t> write;  // where it gets in, or perhaps
  };

  ReachRows(const SanIndex& index, Basis basis);
  ~ReachRows();
  ReachRows(const ReachRows&) = delete;
  ReachRows& operator=(const ReachRows&) = delete;

  // Until the next call.
  const Row& of(std::size_t host);

 private:
  std::unique_ptr<detail::RowMaker> maker_;
  std::size_t words_;
  Row row_;
};

}  // namespace san
