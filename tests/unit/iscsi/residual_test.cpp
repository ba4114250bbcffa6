#include "agent/iscsi/residual.h"

#include <gtest/gtest.h>

#include <ostream>

namespace {

using iscsi::Residual;
using iscsi::Residuals;
using iscsi::TransferLengths;

constexpr Residual over(std::uint32_t count) { return {true, false, count}; }
constexpr Residual under(std::uint32_t count) { return {false, true, count}; }
constexpr Residual kNone{};

struct Row {
  const char* name;
  TransferLengths lengths;
  Residuals expected;
};

constexpr TransferLengths reading(std::uint32_t edtl, std::uint64_t in) { return {true, false, edtl, 0, 0, in}; }
constexpr TransferLengths writing(std::uint32_t edtl, std::uint64_t out) { return {false, true, edtl, 0, out, 0}; }
constexpr std::uint32_t kBlock = 512;

// The steps of libiscsi's residual suite. Its ten programs are Read10Invalid, Read10, Read12 and Read16Residuals, and
// Write10, Write12, Write16 and WriteVerify10, 12, 16 Residuals; the ones of each direction take the same steps.
const Row kLibiscsi[] = {
    {"ReadOneBlockOfNothingExpected", reading(0, kBlock), {over(kBlock), kNone, 0, 0}},
    {"ReadOneBlockOf10000Expected", reading(10000, kBlock), {under(10000 - kBlock), kNone, 0, kBlock}},
    {"ReadOneBlockOf200Expected", reading(200, kBlock), {over(kBlock - 200), kNone, 0, 200}},
    {"ReadTwoBlocksOfOneExpected", reading(kBlock, 2 * kBlock), {over(kBlock), kNone, 0, kBlock}},
    {"ReadOneBlockFlaggedAsAWrite", {false, true, kBlock, 0, 0, kBlock}, {under(kBlock), kNone, 0, 0}},
    {"WriteOneBlockOfNothingExpected", writing(0, kBlock), {over(kBlock), kNone, 0, 0}},
    {"WriteOneBlockOf10000Expected", writing(10000, kBlock), {under(10000 - kBlock), kNone, kBlock, 0}},
    {"WriteOneBlockOf200Expected", writing(200, kBlock), {over(kBlock - 200), kNone, 200, 0}},
    {"WriteTwoBlocksOfOneExpected", writing(kBlock, 2 * kBlock), {over(kBlock), kNone, kBlock, 0}},
    {"WriteOneBlockOfTwoExpected", writing(2 * kBlock, kBlock), {under(kBlock), kNone, kBlock, 0}},
};

// RFC 7143 11.4.1, 11.4.5.2, 11.4.5.3, 11.4.6.
const Row kMore[] = {
    {"NoDifferenceIsNoResidual", reading(4096, 4096), {kNone, kNone, 0, 4096}},
    {"OneByteLess", reading(512, 511), {under(1), kNone, 0, 511}},
    {"OneByteMore", writing(512, 513), {over(1), kNone, 512, 0}},
    {"NoDataAtAll", {}, {}},
    {"DataWithoutAFlag", {false, false, 0, 0, 0, 96}, {over(96), kNone, 0, 0}},
    {"WriteWithoutAFlag", {false, false, 0, 0, 512, 0}, {over(512), kNone, 0, 0}},
    {"WriteFlaggedAsARead", {true, false, 512, 0, 512, 0}, {under(512), kNone, 0, 0}},
    {"ReportLunsFillsTheAllocationLength", reading(4096, 4096), {kNone, kNone, 0, 4096}},
    {"ReportLunsBelowTheAllocationLength", reading(4096, 16), {under(4080), kNone, 0, 16}},
    {"BidirectionalUnderAndOver", {true, true, 1024, 100, 512, 612}, {under(512), over(512), 512, 100}},
    {"BidirectionalOverAndUnder", {true, true, 512, 612, 1024, 100}, {over(512), under(512), 512, 100}},
    {"BidirectionalReadOnly", {true, true, 512, 512, 512, 0}, {kNone, under(512), 512, 0}},
    {"MoreThan32Bits", reading(1, std::uint64_t{1} << 40), {over(0xffffffff), kNone, 0, 1}},
    {"TheLargestExpectation", reading(0xffffffff, 0), {under(0xffffffff), kNone, 0, 0}},
};

class ResidualTable : public testing::TestWithParam<Row> {};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

TEST_P(ResidualTable, GivesFlagsCountsAndBytesToMove) {
  const Residuals result = iscsi::residualsOf(GetParam().lengths);
  const Residuals& expected = GetParam().expected;
  EXPECT_EQ(result.main.overflow, expected.main.overflow);
  EXPECT_EQ(result.main.underflow, expected.main.underflow);
  EXPECT_EQ(result.main.count, expected.main.count);
  EXPECT_EQ(result.read, expected.read);
  EXPECT_EQ(result.out, expected.out);
  EXPECT_EQ(result.in, expected.in);
}

const auto kName = [](const auto& instance) { return std::string(instance.param.name); };
INSTANTIATE_TEST_SUITE_P(Libiscsi, ResidualTable, testing::ValuesIn(kLibiscsi), kName);
INSTANTIATE_TEST_SUITE_P(Rfc, ResidualTable, testing::ValuesIn(kMore), kName);

}  // namespace
