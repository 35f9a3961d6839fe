// Where lanes write: the journal, with subjects sealed.
#pragma once

#include <span>

#include "journal/journal.hpp"
#include "runtime/observer.hpp"
#include "runtime/record_writer.hpp"
#include "runtime/shared_policy.hpp"
#include "supervisor/pseudonymizer.hpp"

namespace gatepost::supervisor {

class JournalWriter final : public runtime::RecordWriter {
 public:
  JournalWriter(journal::Journal& journal, Pseudonymizer pseudonymizer)
      : journal_(journal), pseudonymizer_(std::move(pseudonymizer)) {}

  Result<RecordId> commit(Record record, BootTime not_after) override {
    pseudonymizer_.apply(record);
    return journal_.commit(std::move(record), not_after);
  }
  void post(Record record) override {
    pseudonymizer_.apply(record);
    journal_.post(std::move(record));
  }
  std::string subject_key(std::string_view subject) const override { return pseudonymizer_(subject); }

 private:
  journal::Journal& journal_;
  const Pseudonymizer pseudonymizer_;
};

}  // namespace gatepost::supervisor
