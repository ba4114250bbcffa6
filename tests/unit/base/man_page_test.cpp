#include "shared/base/man_page.h"

#include <gmock/gmock.h>

namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kHelp = R"(try: what it is.

usage: try FILE
       try --list   all of them

It does this,
and that.

options:
  --one VALUE  the first, which goes on
               here
  --a-very-long-option VALUE
               on the next line
  --help       print this page

examples:
  try x-y
      what it does
  try more
      then: one
            two

signals: SIGTERM ends it.

exit codes:
  0  done
)";

std::string pageOf(std::string_view help) {
  base::ManPage page("try", '8', "1.2");
  page.addHelp(help);
  return page.text();
}

TEST(ManPage, beginsWithItsTitleAndNameAsWhatisReadsThem) {
  EXPECT_THAT(pageOf(kHelp),
              testing::StartsWith(".TH TRY 8 \"\" \"Sanctum 1.2\" Sanctum\n.ad l\n.SH NAME\ntry \\- what it is\n"));
}

TEST(ManPage, keepsTheLinesOfTheUsage) {
  EXPECT_THAT(pageOf(kHelp), HasSubstr(".SH SYNOPSIS\n.nf\ntry FILE\ntry \\-\\-list   all of them\n.fi\n"));
}

TEST(ManPage, joinsTheLinesOfAParagraphAndOfWhatATermSays) {
  const std::string page = pageOf(kHelp);
  EXPECT_THAT(page, HasSubstr(".SH DESCRIPTION\n.PP\nIt does this, and that.\n"));
  EXPECT_THAT(page, HasSubstr(".TP\n\\fB\\-\\-one VALUE\\fR\nthe first, which goes on here\n"));
}

TEST(ManPage, takesATermThatFillsItsLine) {
  EXPECT_THAT(pageOf(kHelp), HasSubstr("\\fB\\-\\-a\\-very\\-long\\-option VALUE\\fR\non the next line\n"));
}

TEST(ManPage, keepsExamplesOfSeveralLinesAsTheyStand) {
  EXPECT_THAT(pageOf(kHelp), HasSubstr("\\fBtry x\\-y\\fR\nwhat it does\n"));
  EXPECT_THAT(pageOf(kHelp), HasSubstr("\\fBtry more\\fR\n.nf\nthen: one\n      two\n.fi\n"));
}

TEST(ManPage, namesExitCodesAndSignalsAsManualPagesDo) {
  EXPECT_THAT(pageOf(kHelp), HasSubstr(".SH SIGNALS\n.PP\nSIGTERM ends it.\n.SH EXIT STATUS\n.TP\n\\fB0\\fR\ndone\n"));
}

TEST(ManPage, hidesFromTroffWhatItWouldTakeForARequest) {
  base::ManPage page("try", '8', "1.2");
  page.addParagraph(".so /etc/passwd and \\fB and 'quoted'");
  EXPECT_THAT(page.text(), HasSubstr("\\&.so /etc/passwd and \\efB and \\(aqquoted\\(aq\n"));
}

TEST(ManPage, putsACommandBelowUnderItsOwnHeadingWithoutWhatIsSaidOnce) {
  base::ManPage page("try", '8', "1.2");
  constexpr std::string_view kOnce[] = {"exit codes"};
  page.addPart("try add: make one\n\nusage: try add NAME\n\narguments:\n  NAME  its name\n\nexit codes:\n  0  done\n",
               kOnce);
  EXPECT_THAT(page.text(), HasSubstr(".SH TRY ADD\n.PP\nmake one\n.nf\ntry add NAME\n.fi\n.SS ARGUMENTS\n"));
  EXPECT_THAT(page.text(), Not(HasSubstr("EXIT")));
}

TEST(ManPage, namesOtherPagesWithTheirSection) {
  base::ManPage page("try", '8', "1.2");
  constexpr std::string_view kAlso[] = {"sanctl(1)", "a-b(5)"};
  page.addSeeAlso(kAlso);
  EXPECT_THAT(page.text(), HasSubstr(".SH SEE ALSO\n\\fBsanctl\\fR(1), \\fBa\\-b\\fR(5)\n"));
}

}  // namespace
