// What durability needs of files beside a database, SQLite does not do for us, and shared/files does not know.
//
// Root restores in a folder that belongs to another user, who may put there what he likes: no file is made, emptied or
// given away through a symbolic link.
#pragma once

#include <string>

#include "db/sqlite/connection.h"

namespace sqlite {

[[nodiscard]] bool exists(const std::string& path);
[[nodiscard]] bool sameFile(const std::string& a, const std::string& b);  // false when one of them is missing

// Makes an empty file that its owner may write and the group may read; what has the name is removed before. SQLite
// gives its log the same rights.
Status createFile(const std::string& path);

// A database that is being made under another name: removed with what SQLite keeps beside it unless it has got its
// place.
class Unfinished {
 public:
  explicit Unfinished(std::string path) : path_(std::move(path)) {}
  ~Unfinished();
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  // Durably takes the place of `path`.
  Status moveTo(const std::string& path);
  // From now on it stays, whatever comes.
  void keep() { kept_ = true; }

 private:
  std::string path_;
  bool kept_ = false;
};

// Makes a file's content durable.
Status syncFile(const std::string& path);

// Copies a file's bytes to a new file, durably. What has the name is replaced.
Status copyDurably(const std::string& from, const std::string& to);

// Gives the file to who owns `model`, or its folder if it is not there: an administrator restores as root, the server
// runs as another user. Only root can; for others, and where nothing has to change, it does nothing.
Status giveToOwnerOf(const std::string& model, const std::string& path);

// The end of a call to shared/files, as one of the store.
Status asStatus(const base::Status& done);

}  // namespace sqlite
