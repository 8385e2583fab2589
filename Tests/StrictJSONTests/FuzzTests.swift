import Foundation
import StrictJSON
import Testing

/// Damaged documents: whatever the bytes are, we do not crash, and what we accept is JSON.
///
/// `TIYIN_FUZZ_ROUNDS=10000000 swift test -c release --filter FuzzTests` runs longer, `TIYIN_FUZZ_SEED` elsewhere.
@Suite("Damage")
struct FuzzTests {
    static let documents = [
        ReadingTests.createTransaction,
        """
        { "jsonrpc": "2.0", "error": { "code": -31050, "message": { "ru": "Заказ \\u2116 7 не найден",
        "uz": "Buyurtma topilmadi \\ud83d\\ude00", "en": "Order \\"7\\" not found" }, "data": "order_id" }, "id": null }
        """,
        #"[true,false,null,-0,0.5,-1.5e+10,1E-7,9223372036854775808,"","\\\/\b\f\n\r\t",{},[],[[[]]],{"a":{"b":[{}]}}]"#,
        "{" + (0..<24).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}",
    ].map { Array($0.utf8) }

    @Test("each byte of a document replaced by each of the edges breaks no promise")
    func survivesEveryByte() {
        let edges = Array("{}[]\",:\\0-.eu \n".utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xF0, 0xFF]
        for document in Self.documents {
            for position in document.indices {
                for edge in edges {
                    var bytes = document
                    bytes[position] = edge
                    check(bytes, "byte \(position)")
                }
            }
        }
    }

    @Test("documents damaged at random break no promise")
    func survivesDamage() {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["TIYIN_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 20_000
        let seed = environment["TIYIN_FUZZ_SEED"].flatMap { UInt64($0) } ?? 2
        var random = RandomJSON(seed: seed)
        for round in 0..<rounds {
            let fresh = round.isMultiple(of: 2) ? random.pick(Self.documents) : random.value().serialized()
            check(random.damaged(fresh), "seed \(seed), round \(round)")
        }
    }

    private func check(_ bytes: [UInt8], _ what: String) {
        guard let broken = brokenPromise(bytes) else { return }
        Issue.record("\(what): \(broken): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
    }
}
