// Where lanes write: the journal, with subjects sealed.
#pragma once

#include <span>

#include "journal/journal.hpp"
#include "runtime/observer.hpp"
#include "runtime/record_writer.hpp"
#include "runtime/shared_policy.hpp"
#include "supervisor/seal.hpp"

namespace gatepost::supervisor {

class Book final : public runtime::RecordWriter {
 public:
  Book(journal::Journal& journal, Seal seal) : journal_(journal), seal_(std::move(seal)) {}

  Result<RecordId> commit(Record record, BootTime not_after) override {
    record.subject = seal_(record.subject);
    return journal_.commit(std::move(record), not_after);
  }
  void post(Record record) override {
    record.subject = seal_(record.subject);
    journal_.post(std::move(record));
  }

 private:
  journal::Journal& journal_;
  const Seal seal_;
};

}  // namespace gatepost::supervisor
