import Specification
import Testing

@Suite("The document of Pix")
struct PixSpecificationTests {
    static let document = """
        openapi: 3.1.0
        info: {}
        paths: {}
        x-charge-statuses: {ATIVA: active, CONCLUIDA: completed, REMOVIDA: removed, REMOVIDA_PSP: removedByBank}
        x-removal: REMOVIDA
        x-refund-statuses: {A: processing, B: done, C: refused}
        x-forced-natures: [MED]
        x-payout-statuses: {A: waiting, B: paid, C: failed}
        x-reasons: {expired: a, cancelled: a, rejected: a, removedByBank: a, amountMismatch: a, refunded: a}
        x-errors: {NaoEncontrado: 404}
        x-error-prefix: https://a/
        x-rates:
          production: {token: 5, receive: 120, payout: 60, payoutQuery: 20, webhook: 10, statement: 10}
          sandbox: {token: 5, receive: 10, payout: 10, payoutQuery: 10, webhook: 10, statement: 10}
        x-payout-pause-ms: 1000
        x-limits:
          expirySecondsMinimum: 60
          expirySecondsDefault: 100
          expirySecondsMaximum: 200
          amountMaximum: 5
          noteLength: 140
          refundDays: 90
          pageSize: 1000
          reconciledDays: 3
          noticeDelaySeconds: 14400
        x-token: {path: /token, grant: client_credentials}
        x-calls:
          createCharge: {method: PUT, path: '/cob/{txid}', scope: w, rate: receive}
          reviseCharge: {method: PATCH, path: '/cob/{txid}', scope: w, rate: receive}
          findCharge: {method: GET, path: '/cob/{txid}', scope: r, rate: receive}
          listCharges: {method: GET, path: /cob, scope: r, rate: receive}
          findPayment: {method: GET, path: '/pix/{e2eid}', scope: r, rate: receive}
          listPayments: {method: GET, path: /pix, scope: r, rate: receive}
          giveBack: {method: PUT, path: '/pix/{e2eid}/d/{id}', scope: w, rate: receive}
          findRefund: {method: GET, path: '/pix/{e2eid}/d/{id}', scope: r, rate: receive}
          registerWebhook: {method: PUT, path: '/webhook/{chave}', scope: w, rate: webhook}
          findWebhook: {method: GET, path: '/webhook/{chave}', scope: w, rate: webhook}
          pay: {method: POST, path: /banking, scope: p, rate: payout}
          findPayout: {method: GET, path: '/banking/{code}', scope: p, rate: payoutQuery}
          statement: {method: GET, path: /statement, scope: s, rate: statement}
        """

    @Test("has a meaning for every word that the fact sheet lists")
    func real() throws {
        let pix = try Specifications.load().pix
        #expect(pix.chargeStatuses.count == 6)
        #expect(pix.payoutStatuses.filter { $0.value == .failed }.count == 7)
        #expect(pix.payoutStatuses.filter { $0.value == .paid }.map(\.key).sorted() == ["PAGO", "PIX_PAGO"])
        #expect(pix.limits.expirySecondsDefault == 86_400)
        #expect(pix.rate(.token, in: .production) == 5)
        #expect(pix.call(.giveBack).path == "/pix/v2/pix/{e2eid}/devolucao/{id}")
        #expect(pix.scopes(of: [.createCharge, .reviseCharge, .findCharge]) == ["cob.read", "cob.write"])
    }

    @Test(
        "is refused when it contradicts itself",
        arguments: [
            ("x-removal: REMOVIDA", "x-removal: ATIVA", "no status of a removed charge"),
            ("ATIVA: active, ", "", "has no word for active"),
            ("C: failed", "C: lost", "must be one of"),
            ("NaoEncontrado: 404", "NaoEncontrado: 200", "no status of an error"),
            ("expirySecondsDefault: 100", "expirySecondsDefault: 201", "not between"),
            ("expirySecondsMaximum: 200", "expirySecondsMaximum: 2147483648", "32 bits"),
            ("pageSize: 1000", "pageSize: 0", "above 0"),
            ("method: PATCH", "method: PUT", "the same call as createCharge"),
            ("method: PATCH", "method: DELETE", "no method of a call"),
            ("path: /banking,", "path: banking,", "begins with a slash"),
            ("rate: payoutQuery", "rate: often", "must be one of"),
            ("refunded: a", "refunded: a, more: b", "unknown key"),
            ("token: 5, receive: 10,", "receive: 10,", "lacks `token`"),
        ])
    func contradiction(from: String, to: String, words: String) throws {
        _ = try PixSpecification(yaml: Array(Self.document.utf8))
        let broken = Self.document.replacing(from, with: to, maxReplacements: 1)
        #expect(broken != Self.document)
        let error = #expect(throws: SpecificationError.self) { try PixSpecification(yaml: Array(broken.utf8)) }
        #expect("\(try #require(error))".contains(words), "\(String(describing: error))")
    }
}
