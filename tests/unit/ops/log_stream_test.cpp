#include "shared/ops/log_stream.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr ops::LogEvent kEvent{"TEST-1", ops::Severity::Warning, "tested", {"n"}, {}, "A test."};

class StreamSink : public ::testing::Test {
 protected:
  StreamSink() {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) std::abort();
    read_ = fds[0];
    write_ = fds[1];
  }
  ~StreamSink() override {
    close(read_);
    closeWriter();
  }
  void closeWriter() {
    if (write_ >= 0) close(write_);
    write_ = -1;
  }
  std::string readAll() {
    std::string all;
    char piece[4096];
    for (ssize_t n = 0; (n = read(read_, piece, sizeof piece)) > 0;) all.append(piece, static_cast<std::size_t>(n));
    return all;
  }
  static void write(ops::StreamSink& sink, std::uint64_t n) {
    const ops::LogField field{"n", n};
    sink.write({kEvent, base::WallTime{}, {&field, 1}, 0});
  }

  int read_ = -1;
  int write_ = -1;
};

TEST_F(StreamSink, WritesLinesInOrderBeforeItEnds) {
  {
    ops::StreamSink sink(write_, ops::LogFormat::Text, false);
    write(sink, 1);
    sink.setFormat(ops::LogFormat::Json);
    write(sink, 2);
  }
  closeWriter();
  EXPECT_EQ(
      readAll(),
      "time=1970-01-01T00:00:00Z level=warning id=TEST-1 event=tested n=1\n"
      "{\"time\":\"1970-01-01T00:00:00Z\",\"level\":\"warning\",\"id\":\"TEST-1\",\"event\":\"tested\",\"n\":2}\n");
}

TEST_F(StreamSink, GivesTheJournalThePriorityAndNoTime) {
  {
    ops::StreamSink sink(write_, ops::LogFormat::Text, true);
    write(sink, 1);
  }
  closeWriter();
  EXPECT_EQ(readAll(), "<4>level=warning id=TEST-1 event=tested n=1\n");
}

TEST_F(StreamSink, DropsAndCountsWhatAStandingReaderDoesNotTake) {
  constexpr std::uint64_t kLines = 20'000;
  std::optional<ops::StreamSink> sink;
  sink.emplace(write_, ops::LogFormat::Text, true);
  for (std::uint64_t n = 0; n < kLines; ++n) write(*sink, n);

  std::string all;
  std::thread reader([&] { all = readAll(); });
  sink.reset();
  closeWriter();
  reader.join();

  std::uint64_t written = 0;
  std::uint64_t dropped = 0;
  for (std::size_t begin = 0, end = 0; (end = all.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const std::string line = all.substr(begin, end - begin);
    ASSERT_THAT(line, StartsWith("<4>level=warning id="));
    if (const std::size_t count = line.find("count="); count != std::string::npos) {
      ASSERT_THAT(line, HasSubstr("id=OPS-0001 event=log-lines-dropped"));
      dropped += std::stoull(line.substr(count + 6));
    } else {
      ++written;
    }
  }
  EXPECT_GT(dropped, 0U);
  EXPECT_GE(written, ops::StreamSink::kMaxLines);
  EXPECT_EQ(written + dropped, kLines);
}

TEST_F(StreamSink, EndsInTimeThoughNobodyReads) {
  ops::StreamSink sink(write_, ops::LogFormat::Text, true, 0s);
  for (std::uint64_t n = 0; n < 10'000; ++n) write(sink, n);
}

TEST_F(StreamSink, OutlivesItsReader) {
  signal(SIGPIPE, SIG_IGN);
  close(read_);
  read_ = -1;
  ops::StreamSink sink(write_, ops::LogFormat::Text, true);
  for (std::uint64_t n = 0; n < 5'000; ++n) write(sink, n);
}

TEST_F(StreamSink, KnowsTheJournalByDeviceAndInode) {
  struct stat facts {};
  ASSERT_EQ(fstat(write_, &facts), 0);
  const std::string name = std::to_string(facts.st_dev) + ":" + std::to_string(facts.st_ino);
  unsetenv("JOURNAL_STREAM");
  EXPECT_FALSE(ops::isJournal(write_));
  setenv("JOURNAL_STREAM", name.c_str(), 1);
  EXPECT_TRUE(ops::isJournal(write_));
  setenv("JOURNAL_STREAM", (name + "1").c_str(), 1);
  EXPECT_FALSE(ops::isJournal(write_));
  unsetenv("JOURNAL_STREAM");
}

}  // namespace
