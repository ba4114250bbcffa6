// StoreSpec: what holds the blocks of a logical unit, as a configuration writes it in one word.
//
//   memory:64M               memory of this process            (thin)
//   null:1T                  reads zeroes, forgets writes
//   file:/srv/vm.img         a regular file; the path is absolute
//   /dev/vg0/vm              a block device
//
// Words may follow, each after a comma (a comma in a path is written twice):
//   block=512, block=4096    bytes of a logical block; else 512, or what the block device has
//   readonly                 all kinds
//   direct, buffered         past or through the page cache; else files are buffered and block devices direct
//   thin, thick              whether blocks can be unmapped; else where that is possible
//   writethrough             every write is durable when it is done; else after a flush
// Sizes are bytes, or end in K, M, G, T or P (powers of 1024; "KiB" and so on mean the same).
#pragma once

#include <span>
#include <string_view>

#include "agent/block/open_file.h"

namespace block {

enum class StoreKind : std::uint8_t { Memory, Null, File, BlockDevice };

struct StoreSpec {
  StoreKind kind = StoreKind::Memory;
  std::uint64_t size = 0;  // bytes; Memory and Null
  FileParameters file;     // File and BlockDevice; blockSize and readOnly for all
  bool writeThrough = false;
};

// Strict: a word that is unknown, written twice, or does not suit is an Error that names it and what was meant perhaps.
// Touches nothing but the text.
base::Result<StoreSpec> parseStoreSpec(std::string_view text);

// "64M" as bytes, 1 to 2^63 - 1.
base::Result<std::uint64_t> parseSize(std::string_view text);

}  // namespace block
