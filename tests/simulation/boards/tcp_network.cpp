#include "tcp_network.hpp"

#include <algorithm>
#include <chrono>

namespace gatepost::simulation {
namespace {

using namespace std::chrono_literals;

constexpr Duration first_again = 200ms;    // RFC 6298 as Linux has it: it doubles
constexpr Duration found_out_within = 8s;  // an idle connection is asked after 5 s, and again each second
constexpr std::size_t header = 6, request_size = 12;

}  // namespace

class TcpStream final : public hal::ByteStream {
 public:
  TcpStream(TcpNetwork& network, Waiting& who) : network_(network), who_(who) {}

  BootTime now() const override { return network_.time_.boot(); }
  void wait_until(BootTime time) override { who_.wait(time); }
  Duration longest_in_flight() const override { return TcpNetwork::longest_in_flight; }
  std::string identity() const override { return "simulated network"; }

  Result<void> connect(BootTime until) override {
    who_.connects();
    if (who_.is_gone()) return gone();
    if (connection_) return {};
    auto made = network_.connect(who_, until);
    if (!made) return made.error();
    connection_ = *made;
    return {};
  }
  Result<void> flush() override {
    if (who_.is_gone()) return gone();
    connection_->came.clear();
    if (connection_->broken) return broken();
    return {};
  }
  Result<void> write(std::span<const std::byte> bytes, BootTime) override {
    if (who_.is_gone()) return gone();
    if (connection_->broken) return broken();
    const std::string sent(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    who_.writes(sent);
    network_.to_board(connection_, sent, first_again);
    return {};
  }
  Result<std::size_t> read(std::span<std::byte> into, BootTime until) override {
    if (who_.is_gone()) return gone();
    TcpConnection& connection = *connection_;
    who_.reads();
    who_.wait(until, [&] { return !connection.came.empty() || connection.broken; });
    if (who_.is_gone()) return gone();
    if (connection.came.empty() && connection.broken) return broken();
    const std::size_t size = std::min(into.size(), connection.came.size());
    std::transform(connection.came.begin(), connection.came.begin() + static_cast<long>(size), into.begin(),
                   [](char byte) { return static_cast<std::byte>(byte); });
    connection.came.erase(0, size);
    return size;
  }
  Duration reset() override {
    if (!connection_ || who_.is_gone()) return {};
    const bool all_there = connection_->unacknowledged == 0 && !connection_->broken;
    network_.tell("a driver reset its connection");
    network_.end(std::exchange(connection_, nullptr), true);
    return all_there ? Duration::zero() : TcpNetwork::longest_in_flight;
  }
  void close() override {
    if (connection_ && !who_.is_gone()) network_.end(std::exchange(connection_, nullptr), false);
  }

 private:
  Error gone() const { return {"this process is gone", identity(), "start it again"}; }
  Error broken() const { return {"the connection broke: reset", identity(), "look at the network"}; }

  TcpNetwork& network_;
  Waiting& who_;
  std::shared_ptr<TcpConnection> connection_;
};

std::unique_ptr<hal::ByteStream> TcpNetwork::stream(Waiting& who) { return std::make_unique<TcpStream>(*this, who); }

std::size_t TcpNetwork::clients() const {
  return static_cast<std::size_t>(
      std::count_if(connections_.begin(), connections_.end(), [](const auto& one) { return one->at_board; }));
}

bool TcpNetwork::is_full_of_dead() const {
  return clients() >= rules_.most_clients &&
         std::ranges::none_of(connections_, [](const auto& one) { return one->at_board && one->in_use; });
}

Result<TcpNetwork::Connection> TcpNetwork::connect(Waiting& who, BootTime until) {
  const BootTime held_up = time_.boot() + std::exchange(connect_late_, {});
  const BootTime reachable = std::max({time_.boot(), losing_until_, board_.powered_at()});
  who.wait(std::min(until, reachable + 2 * rules_.latency));
  if (losing() || !board_.powered())
    return Error{"does not answer the call", "simulated network", "look at the network"};
  if (held_up > time_.boot()) who.wait(held_up);
  if (who.is_gone()) return Error{"this process is gone", "simulated network", "start it again"};
  std::erase_if(connections_, [](const auto& one) { return !one->at_board && !one->in_use; });
  if (is_full_of_dead()) tell("a board kept its last place for a connection that was no more");
  if (clients() >= rules_.most_clients)
    return Error{"refuses the connection", "simulated network", "look who else is connected"};
  connections_.push_back(std::make_shared<TcpConnection>());
  connections_.back()->client = &who;
  return connections_.back();
}

// Sent again until it arrives, also when the client has closed the connection; not when it has reset it.
void TcpNetwork::to_board(const Connection& connection, const std::string& bytes, Duration again_after) {
  if (again_after == first_again) connection->unacknowledged += bytes.size();
  if (losing()) {
    time_.after(again_after, [this, connection, bytes, again_after] {
      if (!connection->was_reset) to_board(connection, bytes, 2 * again_after);
    });
    return;
  }
  connection->in_order =
      std::max(connection->in_order + 1ns, time_.boot() + rules_.latency + std::exchange(hold_next_, {}));
  time_.at(connection->in_order, [this, connection, bytes] { arrives(connection, bytes); });
}

void TcpNetwork::arrives(const Connection& connection, const std::string& bytes) {
  if (!board_.powered()) return;
  if (!connection->at_board) {  // it knows no such connection, and says so
    connection->broken = true;
    connection->client->wake();
    return;
  }
  if (!connection->in_use) tell("an old segment arrived after its connection's end");
  acknowledge(connection, bytes.size(), first_again);
  connection->arrived += bytes;
  for (; connection->arrived.size() >= request_size; connection->arrived.erase(0, request_size)) {
    const std::string id = connection->arrived.substr(0, 4);
    const std::string body = connection->arrived.substr(header, request_size - header);
    unit_.request(body, [this, connection, id, before = std::exchange(last_id_, id)](const auto& answer, bool last) {
      to_client(connection, (last ? before : id) + '\0' + static_cast<char>(answer.size()) + answer, first_again);
    });
  }
}

void TcpNetwork::acknowledge(const Connection& connection, std::size_t size, Duration again_after) {
  time_.after(losing() ? again_after : rules_.latency, [this, connection, size, again_after] {
    if (losing()) return acknowledge(connection, size, 2 * again_after);
    connection->unacknowledged -= size;
  });
}

void TcpNetwork::to_client(const Connection& connection, const std::string& bytes, Duration again_after) {
  if (!connection->at_board) return;
  if (losing()) {
    time_.after(again_after, [this, connection, bytes, again_after] { to_client(connection, bytes, 2 * again_after); });
    return;
  }
  time_.after(rules_.latency, [connection, bytes] {
    if (!connection->in_use) {
      connection->at_board = false;  // nobody knows it here any more, and says so
      return;
    }
    connection->came += bytes;
    connection->client->wake();
  });
}

// A reset is sent once; an end until it has arrived, behind what is not there yet.
void TcpNetwork::end(const Connection& connection, bool reset) {
  reset = reset && !rules_.reset_is_close;
  connection->in_use = false;
  connection->was_reset = reset;
  board_hears_of_end(connection, reset, first_again);
  time_.after(rules_.board_forgets_after, [connection] { connection->at_board = false; });
}

void TcpNetwork::board_hears_of_end(const Connection& connection, bool reset, Duration again_after) {
  if (losing() && reset) return;
  if (losing() || (!reset && connection->unacknowledged > 0)) {
    time_.after(again_after, [this, connection, again_after] {
      if (connection->at_board) board_hears_of_end(connection, false, std::min<Duration>(2 * again_after, 60s));
    });
    return;
  }
  connection->in_order = std::max(connection->in_order + 1ns, time_.boot() + rules_.latency);
  time_.at(connection->in_order, [connection] { connection->at_board = false; });
}

void TcpNetwork::client_died(const Waiting& who, bool with_its_machine) {
  for (const Connection& connection : std::vector(connections_)) {
    if (connection->client != &who || !connection->in_use) continue;
    if (!with_its_machine) {
      end(connection, true);
      continue;
    }
    connection->in_use = false;
    connection->was_reset = true;
    time_.after(rules_.board_forgets_after, [connection] { connection->at_board = false; });
  }
}

void TcpNetwork::board_rebooted() {
  for (const auto& connection : connections_) {
    connection->at_board = false;
    connection->arrived.clear();
    time_.after(found_out_within, [connection] {
      if (!connection->in_use) return;
      connection->broken = true;
      connection->client->wake();
    });
  }
}

}  // namespace gatepost::simulation
