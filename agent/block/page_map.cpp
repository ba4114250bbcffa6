#include "agent/block/page_map.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace block {
namespace {

constexpr std::size_t bytesFor(std::size_t pages) { return std::max<std::size_t>((pages + 63) / 64, 1) * 8; }

}  // namespace

base::Result<PageMap> PageMap::make(std::size_t pages, std::size_t room) {
  auto bits = Mapping::make(bytesFor(pages), bytesFor(room));
  if (!bits) return base::fail(bits.error());
  PageMap map;
  map.bits_ = std::move(bits).value();
  map.pages_ = pages;
  return map;
}

base::Status PageMap::resize(std::size_t pages) {
  // Pages that come back later must not look written.
  if (pages < pages_) clear(pages, pages_ - pages);
  if (auto grown = bits_.grow(bytesFor(pages)); !grown) return grown;
  pages_ = pages;
  return {};
}

// Word by word, with the bits of the range in each.
template <class Change>
void PageMap::change(std::size_t first, std::size_t count, Change change) {
  assert(first <= pages_ && count <= pages_ - first);
  auto* words = reinterpret_cast<std::uint64_t*>(bits_.data());
  while (count > 0) {
    const std::size_t bit = first % 64;
    const std::size_t here = std::min<std::size_t>(64 - bit, count);
    const std::uint64_t mask = (here == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << here) - 1) << bit;
    change(words[first / 64], mask);
    first += here;
    count -= here;
  }
}

void PageMap::set(std::size_t first, std::size_t count) {
  change(first, count, [](std::uint64_t& word, std::uint64_t mask) { word |= mask; });
}

void PageMap::clear(std::size_t first, std::size_t count) {
  // A word that is zero already is not written: it may lie in a page that was never needed.
  change(first, count, [](std::uint64_t& word, std::uint64_t mask) {
    if ((word & mask) != 0) word &= ~mask;
  });
}

std::size_t PageMap::runAt(std::size_t page) const {
  assert(page < pages_);
  // Turned so that the pages that are alike are zero bits, the end of the run is the first one bit.
  const std::uint64_t turn = at(page) ? ~std::uint64_t{0} : 0;
  for (std::size_t from = page; from < pages_; from = (from / 64 + 1) * 64) {
    const std::uint64_t rest = (words()[from / 64] ^ turn) >> (from % 64);
    if (rest == 0) continue;
    const std::size_t end = from + static_cast<std::size_t>(std::countr_zero(rest));
    return std::min(end, pages_) - page;
  }
  return pages_ - page;
}

}  // namespace block
