import Foundation
import StrictJSON
import TestSupport
import Testing

/// A server with a few payments, and the tools beside it or after it.
struct PaidShop {
    let server: ServerProcess
    /// Payme's time of the first transaction.
    let start: Int64

    var folder: TemporaryFolder { server.folder }

    /// Ids at Payme that a table, a CSV file and JSON must get through whole.
    static let ids = ["5305e3bab097f420a62ced0b", "with,comma", "with \"quotes\"", "=1+1", "-2", "два\nстрока"]

    /// `A-1` is paid, `A-2` was given back, `A-3` is waiting, `A-4` was called off; two top-ups of `wallet`.
    static func open() async throws -> PaidShop {
        let server = try await ServerProcess(.tiyin, in: TemporaryFolder())
        let (payme, shop) = (server.payme(), server.shop())
        for number in 1...4 { try await shop.addOrder("A-\(number)") }
        try await shop.addAccount("wallet")
        let start = Int64(Date().timeIntervalSince1970 * 1_000)
        let orders = ["A-1", "A-2", "A-3", "A-4", "wallet", "wallet"]
        for (index, (id, order)) in zip(ids, orders).enumerated() {
            #expect(try await payme.create(id, order, time: start + Int64(index)).state == 1)
        }
        for index in [0, 1, 4] { #expect(try await payme.perform(ids[index]).state == 2) }
        #expect(try await payme.cancel(ids[1], reason: 5).state == -2)
        #expect(try await payme.cancel(ids[3], reason: 3).state == -1)
        return PaidShop(server: server, start: start)
    }

    /// States in the order of ``ids``.
    static let states: [Int64] = [2, -2, 1, -1, 2, 1]

    /// Runs a tool with the server's settings.
    func tool(_ arguments: String...) async throws -> CommandLineTool { try await run(arguments) }

    func run(_ arguments: [String]) async throws -> CommandLineTool {
        let environment = ServerProcess.environment(folder).merging(["API_PORT": String(server.port)]) { $1 }
        return try await CommandLineTool.run(arguments, environment, in: folder)
    }
}
