// export, apply, import.
#include <algorithm>

#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/change_steps.h"
#include "isns-server/ctl/document_plan.h"
#include "isns-server/ctl/document_text.h"
#include "isns-server/ctl/progress.h"
#include "shared/base/byte_order_mark.h"
#include "shared/base/json_reader.h"
#include "shared/base/printable.h"
#include "shared/san/document.h"
#include "shared/san/import_csv.h"
#include "shared/san/import_lio.h"
#include "shared/san/import_open_isns.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

// To --file, else to the standard output.
Outcome give(const Invocation& invocation, Context& context, const Json& document) {
  const std::string file = optionText(invocation, "--file");
  const std::string text = documentText(document, formatOf(invocation, file).value_or(DocumentFormat::Json));
  if (file.empty()) {
    context.out << text;
    return {};
  }
  if (const auto wrote = context.machine->writeFile(file, text); !wrote) {
    return base::fail(Failure{Exit::Local, "cannot write the document", wrote.error().text, {}});
  }
  context.err << "Written to " << file << ".\n";
  return {};
}

// What --commit and --dry-run need, before anything is read.
std::optional<Failure> wrongSteps(const Invocation& invocation, const std::string& verb) {
  if (invocation.has("--commit") && invocation.has("--dry-run"))
    return usageFailure(verb, "--commit and --dry-run do not go together", {});
  if (invocation.has("--commit") && optionText(invocation, "--reason").empty())
    return usageFailure("--commit", "a reason is missing", "--reason 'WHY' goes to the audit log");
  return std::nullopt;
}

std::string titleOf(const Invocation& invocation, const std::string& usual) {
  const std::string title = optionText(invocation, "--title");
  return title.empty() ? usual : title;
}

}  // namespace

Outcome apiExport(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto revision = momentOption(invocation);
  if (!revision) return base::fail(revision.error());
  std::string text;
  {
    Progress progress(context, "The document is fetched");
    auto answer = session->download(
        {Route::ExportDocument, {}, {{"kinds", optionText(invocation, "--kinds")}, {"revision", *revision}}},
        &progress);
    if (!answer) return base::fail(answer.error());
    text = std::move(*answer);
  }
  const auto document = base::parseJson(text);
  if (!document) return base::fail(Failure{Exit::Malformed, session->server(), "its answer is no JSON", {}});
  return give(invocation, context, *document);
}

Outcome apiApply(const Invocation& invocation, Context& context) {
  const std::string file = optionText(invocation, "--file");
  if (file.empty()) {
    return base::fail(
        usageFailure("apply", "a document is missing", "give it with -f FILE, or - for the standard input"));
  }
  if (const auto wrong = wrongSteps(invocation, "apply")) return base::fail(*wrong);
  const auto text = inputText(invocation, context, "--file");
  if (!text) return base::fail(text.error());
  auto document = readDocument(*text, formatOf(invocation, file), file == "-" ? "the standard input" : file);
  if (!document) return base::fail(document.error());
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  PlannedDocument planned(std::move(*document));
  const bool empty = san::entriesOf(planned.document()) == 0;
  const auto change = planned.draft(*session, context, invocation.has("--whole") ? "whole" : "merge",
                                    titleOf(invocation, "Apply " + file), false);
  if (!change) return base::fail(change.error());
  return finishDraft(invocation, context, *session, *change,
                     empty ? "The document names no object: there is nothing to change." : kSoAlready);
}

namespace {

// HEADER=FIELD of --column. The texts are those of the invocation.
Asked<std::vector<san::CsvColumn>> columnsOf(const Invocation& invocation) {
  std::vector<san::CsvColumn> columns;
  for (const std::string_view text : invocation.all("--column")) {
    const std::size_t equals = text.rfind('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
      return base::fail(usageFailure("--column", "\"" + std::string(text) + "\" is no column",
                                     "as in 'Host name=name': a header, and the field that it is"));
    }
    columns.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return columns;
}

Asked<san::Kind> kindOf(const Invocation& invocation, const std::string& format) {
  const auto kind = san::kindNamed(optionText(invocation, "--kind"));
  if (kind) return *kind;
  return base::fail(usageFailure("import " + format, "it does not say of which kind its objects are",
                                 "give it with --kind, as in --kind hosts"));
}

Asked<san::Imported> importedFrom(const Invocation& invocation, const std::string& format, std::string_view text,
                                  const std::string& name) {
  if (format == "open-isns") return san::importOpenIsns(text);
  if (format == "csv") {
    const auto kind = kindOf(invocation, format);
    if (!kind) return base::fail(kind.error());
    const auto columns = columnsOf(invocation);
    if (!columns) return base::fail(columns.error());
    return san::importCsv(text, *kind, *columns);
  }
  auto json = base::parseJson(base::withoutByteOrderMark(text));
  if (!json) return base::fail(usageFailure(name, "this is no JSON: " + json.error().text, {}));
  if (format == "lio") return san::importLio(*json);
  san::Imported made;
  if (json->array() == nullptr) {
    made.document = std::move(*json);
    return made;
  }
  // A list of objects of one kind.
  const auto kind = kindOf(invocation, format);
  if (!kind) return base::fail(kind.error());
  const std::string plural(san::rowOf(*kind).plural);
  for (std::size_t i = 0; i < json->array()->size(); ++i)
    made.origins.emplace_back("/" + plural + "/" + std::to_string(i), "/" + std::to_string(i));
  made.document = Json::Object{{"format", san::kDocumentFormat}, {plural, std::move(*json)}};
  return made;
}

}  // namespace

Outcome apiImport(const Invocation& invocation, Context& context) {
  if (const auto wrong = wrongSteps(invocation, "import")) return base::fail(*wrong);
  const std::string format = optionText(invocation, "FORMAT");
  const std::string file = optionText(invocation, "FILE");
  const auto text = inputText(invocation, context, "FILE");
  if (!text) return base::fail(text.error());
  auto made = importedFrom(invocation, format, *text, file);
  if (!made) return base::fail(made.error());
  for (const san::ImportError& error : made->errors) {
    const std::string place = error.place.empty() ? "" : base::printable(error.place) + ": ";  // of the whole: none
    context.err << "sanctl: " << place << base::printable(error.text) << '\n';
  }
  if (made->moreErrors > 0) context.err << "sanctl: and " << counted(made->moreErrors, "thing", "things") << " more.\n";
  // Nothing is never the same as "it is so already": most often the file is not what it was said to be.
  if (san::entriesOf(made->document) == 0 && !(invocation.has("--print") && made->errors.empty())) {
    return base::fail(Failure{Exit::Refused, file,
                              made->errors.empty() ? "it names nothing to take over"
                                                   : "nothing of it can be taken over, and nothing was changed",
                              {}});
  }
  if (invocation.has("--print")) return give(invocation, context, made->document);
  // A dry run shows the rest; what changes something does so only where that was asked for.
  const bool partial = invocation.has("--partial") || invocation.has("--dry-run");
  if (!made->errors.empty() && !partial) {
    return base::fail(Failure{Exit::Refused, file,
                              counted(made->errors.size() + made->moreErrors, "thing", "things") +
                                  " cannot be taken over, and nothing was changed",
                              "look at the rest with --dry-run, take it with --partial"});
  }
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const bool whole = made->errors.empty();
  PlannedDocument planned(std::move(made->document), std::move(made->origins));
  const auto change =
      planned.draft(*session, context, wordOf(made->mode), titleOf(invocation, "Import " + file), partial);
  if (!change) return base::fail(change.error());
  if (planned.leftOut() > 0)
    context.err << counted(planned.leftOut(), "object is", "objects are") << " left out.\n";
  return finishDraft(invocation, context, *session, *change,
                     whole && planned.leftOut() == 0 ? kSoAlready
                                                     : "What can be taken over is so already: there is nothing to change.");
}

}  // namespace ctl
