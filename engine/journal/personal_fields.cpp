#include "journal/personal_fields.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <utility>

#include "journal/encoding.hpp"
#include "journal/record_bytes.hpp"

namespace gatepost::journal {
namespace {

void set_personal_field(Record& record, const std::string& name, std::string value) {
  if (name == subject_field)
    record.subject = std::move(value);
  else
    (name == damaged_bytes ? record.details : record.attributes)[name] = std::move(value);
}

Hash commitment_to(std::span<const std::byte> salt, std::string_view name, std::string_view value) {
  ByteWriter bytes;
  bytes.raw(salt);
  bytes.text(name);
  bytes.text(value);
  return hash_of(bytes.take());
}

struct PersonalField {
  std::string name{}, value{};
  decltype(Commitment::salt) salt{};
};

// Nothing where they are not as encode_personal writes them.
std::optional<std::vector<PersonalField>> parse_personal(std::span<const std::byte> bytes) {
  std::vector<PersonalField> fields;
  if (bytes.empty()) return fields;
  ByteReader in(bytes);
  std::uint64_t left = in.number();
  if (left == 0) return {};
  for (; left > 0 && in.good(); --left) {
    PersonalField field{.name = in.text()};
    in.raw(field.salt);
    field.value = in.text();
    const bool in_order = fields.empty() || fields.back().name < field.name;
    if (!in_order || field.name.empty() || field.value.empty()) return {};
    fields.push_back(std::move(field));
  }
  if (!in.ended_well()) return {};
  return fields;
}

std::vector<std::byte> write_personal(std::span<const PersonalField> fields) {
  if (fields.empty()) return {};
  ByteWriter out;
  out.number(fields.size());
  for (const auto& field : fields) {
    out.text(field.name);
    out.raw(field.salt);
    out.text(field.value);
  }
  return out.take();
}

}  // namespace

std::vector<std::string> personal_fields_of(const Record& record) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && !personal_field(record, name).empty()) names.push_back(name);
  };
  add(subject_field);
  add(damaged_bytes);
  for (const auto& field : record.attributes)
    if (field.first != subject_field && field.first != damaged_bytes) add(field.first);
  return names;
}

void draw_salt(std::span<std::byte> salt) {
  RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), static_cast<int>(salt.size()));
}

void commit_to_personal_fields(Record& record, const DrawSalt& draw) {
  record.commitments.clear();
  for (const auto& name : personal_fields_of(record)) {
    Commitment& commitment = record.commitments[name];
    draw(commitment.salt);
    commitment.hash = commitment_to(commitment.salt, name, personal_field(record, name));
  }
  std::erase_if(record.attributes, [&](const auto& field) {
    return field.first == subject_field || field.first == damaged_bytes || !record.commitments.contains(field.first);
  });
  if (!record.commitments.contains(damaged_bytes)) record.details.erase(damaged_bytes);
}

std::optional<Error> read_personal(Record& record, std::span<const std::byte> personal) {
  auto fields = parse_personal(personal);
  if (!fields) return malformed("its personal fields are not as they were written");
  for (auto& field : *fields) {
    const auto known = record.commitments.find(field.name);
    if (known == record.commitments.end() || commitment_to(field.salt, field.name, field.value) != known->second.hash)
      return malformed("a personal field is not the one that was written");
    known->second.salt = field.salt;
    set_personal_field(record, field.name, std::move(field.value));
  }
  return {};
}

std::vector<std::byte> encode_personal(const Record& record) {
  std::vector<PersonalField> fields;
  for (const auto& [name, commitment] : record.commitments)
    if (const auto value = personal_field(record, name); !value.empty())
      fields.push_back({name, std::string(value), commitment.salt});
  return write_personal(fields);
}

std::vector<std::byte> without_field(std::span<const std::byte> personal, std::string_view name) {
  auto fields = parse_personal(personal);
  if (!fields || name.empty()) return {};
  std::erase_if(*fields, [&](const PersonalField& field) { return field.name == name; });
  return write_personal(*fields);
}

}  // namespace gatepost::journal
