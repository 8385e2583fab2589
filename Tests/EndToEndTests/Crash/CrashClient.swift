import Foundation
import TestSupport

/// A client that buys, pays, gives up and gives back until the server is gone.
struct CrashClient: Sendable {
    let book: ClientBook
    let payme: PaymeClient
    let shop: MerchantClient
    /// Unique among all clients of all rounds.
    let name: String
    /// Orders that every client of the round wants.
    let wanted: [String]
    var random: SeededGenerator

    /// Returns when a call fails, which is when the server is killed.
    mutating func run() async {
        var number = 0
        while !Task.isCancelled {
            number += 1
            do {
                try await buy(number)
            } catch {
                return
            }
        }
    }

    private mutating func buy(_ number: Int) async throws {
        let order = try await order(number)
        let id = "\(name)-\(number)"
        book.begin(id, order: order, time: Int64(Date().timeIntervalSince1970 * 1_000))
        guard try await book.make(.create, id, with: payme).isResult else { return }
        if chance(4) { _ = try await book.make(.create, id, with: payme) }
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            return
        case 1:
            _ = try await book.make(.cancel(reason: 3), id, with: payme)
        case 2, 3:
            _ = try await book.make(.perform, id, with: payme)
            if chance(4) { _ = try await book.make(.perform, id, with: payme) }
        default:
            _ = try await book.make(.perform, id, with: payme)
            _ = try await book.make(.cancel(reason: 5), id, with: payme)
            if chance(4) { _ = try await book.make(.cancel(reason: 1), id, with: payme) }
        }
    }

    /// One in three wants what the others want; of its own orders one in five cannot be given back.
    private mutating func order(_ number: Int) async throws -> String {
        if chance(3), let shared = wanted.randomElement(using: &random) { return shared }
        let id = (chance(5) ? "digital-" : "box-") + "\(name)-\(number)"
        try await shop.addOrder(id)
        book.registeredOrder(id)
        return id
    }

    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }
}
