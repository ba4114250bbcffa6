// PageMap: one bit a page, that says whether the page was written and not given back since.
//
// What GET LBA STATUS tells of a memory device; the kernel's own answer would count pages that were only read. Sparse
// as the memory that it tells of. One owner.
#pragma once

#include "agent/block/mapping.h"

namespace block {

class PageMap {
 public:
  // `room`: as many pages as it shall be able to grow to.
  static base::Result<PageMap> make(std::size_t pages, std::size_t room);
  base::Status resize(std::size_t pages);

  // `count` pages from `first` on, which must be there.
  void set(std::size_t first, std::size_t count);
  void clear(std::size_t first, std::size_t count);
  [[nodiscard]] bool at(std::size_t page) const { return (words()[page / 64] >> (page % 64) & 1) != 0; }
  // How many pages from `page` on are alike; at least 1.
  [[nodiscard]] std::size_t runAt(std::size_t page) const;
  [[nodiscard]] std::size_t pages() const { return pages_; }

 private:
  template <class Change>
  void change(std::size_t first, std::size_t count, Change change);
  [[nodiscard]] const std::uint64_t* words() const { return reinterpret_cast<const std::uint64_t*>(bits_.data()); }

  Mapping bits_;
  std::size_t pages_ = 0;
};

}  // namespace block
