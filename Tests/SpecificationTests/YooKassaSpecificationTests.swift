import Foundation
import Specification
import Testing

@Suite("The document of YooKassa")
struct YooKassaSpecificationTests {
    @Test("has every reason, event and delay that the fact sheet lists")
    func real() throws {
        let yookassa = try Specifications.load().yookassa
        #expect(yookassa.paymentReasons.count == 25)
        #expect(yookassa.refundReasons.count == 10)
        #expect(yookassa.events.count == 8)
        #expect(yookassa.senders.count == 7)
        let minute: Int64 = 60_000
        #expect(yookassa.plan(.technical).delays == [15, 60, 360, 1_440, 2_880].map { $0 * minute })
        #expect(yookassa.plan(.soft).delays == [24, 48, 72, 96, 96].map { $0 * 60 * minute })
        #expect(yookassa.plan(.weak).delays == [48, 96].map { $0 * 60 * minute })
        for retry in [YooKassaSpecification.RetryClass.payer, .final, .own] {
            #expect(yookassa.plan(retry).delays.isEmpty)
        }
        #expect(yookassa.unknownResult.keyGuard == 20 * 60 * minute)
        #expect(yookassa.confirmationTerm("bank_card") == 60 * minute)
        #expect(yookassa.confirmationTerm("b2b_sberbank") == 480 * minute)
        #expect(yookassa.confirmationTerm("cash") == nil)
        #expect(yookassa.confirmationTerm("never heard of") == 60 * minute)
        #expect(yookassa.paymentReason("never heard of").retry == .weak)
        #expect(yookassa.call(.capturePayment).path == "/payments/{id}/capture")
        for name in yookassa.reasons.values {
            #expect(try Specifications.load().transaction.reason(named: name) != nil)
        }
    }

    /// Each class of section 15, letter by letter.
    @Test(
        "puts every reason into its class",
        arguments: [
            ("internal_timeout issuer_unavailable rejected_by_timeout", "technical"),
            ("insufficient_funds payment_method_limit_exceeded", "soft"),
            ("general_decline call_issuer unknown", "weak"),
            (
                "3d_secure_failed identification_required expired_on_confirmation loan_declined_by_payer "
                    + "loan_application_expired", "payer"
            ),
            (
                "permission_revoked card_expired payment_method_restricted invalid_card_number invalid_csc "
                    + "fraud_suspected country_forbidden unsupported_mobile_operator loan_declined", "final"
            ),
            ("canceled_by_merchant expired_on_capture deal_expired", "own"),
        ])
    func classes(names: String, retry: String) throws {
        let yookassa = try Specifications.load().yookassa
        let listed = Set(names.split(separator: " ").map(String.init))
        let found = yookassa.paymentReasons.filter { $0.value.retry.rawValue == retry }
        #expect(Set(found.keys) == listed)
    }

    @Test(
        "is refused when it contradicts itself",
        arguments: [
            ("  canceled: canceled\n# 11.", "  canceled: gone\n# 11.", "must be one of"),
            ("  succeeded: succeeded\n  canceled: canceled\n# 11.", "  succeeded: canceled\n# 11.", "has no word for"),
            ("guardHours: 20", "guardHours: 24", "as long as 24 hours"),
            ("first: [5, 15, 60]", "first: [5, 60, 15]", "must not become less"),
            ("final: {delays: []", "final: {delays: [5]", "never repeated"),
            ("backgroundInFlight: 4", "backgroundInFlight: 5", "leave something"),
            ("again: never, times: 0", "again: never, times: 1", "asked for again"),
            (
                "class: soft, ends: refused, method: keep", "class: soft, ends: refused, method: delete",
                "not charged again"
            ),
            ("from: 9, until: 21", "from: 21, until: 9", "no hours of a day"),
            ("  other: {perDay: 10, perMonth: 20}\n", "", "lacks `other`"),
            ("path: /refunds}", "path: refunds}", "begins with a slash"),
            ("findShop: {method: GET", "findShop: {method: PUT", "no method of a call"),
            ("findShop: {method: GET, path: /me}", "findShop: {method: GET, path: /refunds}", "the same call"),
            ("forbidden: 403", "forbidden: 200", "no status of an error"),
            ("cash: 0", "cash: -1", "not below 0"),
            ("idLength: 36", "idLength: 0", "above 0"),
            ("other: unknown\n", "other: unknown\n  more: unknown\n", "unknown key"),
        ])
    func contradiction(from: String, to: String, words: String) throws {
        let real = String(decoding: try YooKassaDocument.bytes(), as: UTF8.self)
        let broken = real.replacing(from, with: to, maxReplacements: 1)
        #expect(broken != real)
        let error = #expect(throws: SpecificationError.self) { try YooKassaSpecification(yaml: Array(broken.utf8)) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }
}

/// The real document, from the source tree.
private enum YooKassaDocument {
    static func bytes(_ file: String = #filePath) throws -> [UInt8] {
        let root = file.split(separator: "/").dropLast(3).joined(separator: "/")
        return Array(try String(contentsOfFile: "/\(root)/spec/yookassa.openapi.yaml", encoding: .utf8).utf8)
    }
}
