// The guard against two servers on one database: an exclusive flock on `<database>.lock`, which holds our process id.
//
// The lock lasts as long as the object and ends with the process, however that ends. The file stays: removing it would
// let two processes lock two different files of the same name.
#pragma once

#include <string>

#include "db/store/store.h"

namespace sqlite {

class LockFile {
 public:
  // Busy, with the holder's process id where it can be read, when somebody else holds it.
  static store::Outcome<LockFile> acquire(const std::string& database);

  LockFile(LockFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  LockFile& operator=(LockFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~LockFile();

 private:
  explicit LockFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace sqlite
