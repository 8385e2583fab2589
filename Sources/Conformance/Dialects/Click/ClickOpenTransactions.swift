import Foundation
import Specification
import StrictJSON

/// The payments that a scenario has prepared and neither completed nor cancelled.
struct ClickOpenTransactions: OpenTransactions {
    private struct Payment {
        let prepareID: JSONValue
        let sent: JSONObject
    }

    private let specification: ClickSpecification
    private let finalCodes: Set<Int64>
    private let dialect: ClickDialect
    private var payments: [Payment] = []

    init(_ dialect: ClickDialect, finalCodes: Set<Int64>) {
        self.dialect = dialect
        specification = dialect.specification
        self.finalCodes = finalCodes
    }

    /// Keeps also what Prepare has answered, for `{prepare_id}` of the steps that follow.
    mutating func observe(_ request: PreparedRequest, _ outcome: WireOutcome, _ bindings: Bindings) {
        guard case .answer(let wire) = outcome, let action = request.sent["action"]?.integerValue else { return }
        let content = dialect.answer(wire).content
        if action == specification.shopActions[ClickDialect.prepare] {
            guard case .result(let result) = content, let id = result["merchant_prepare_id"], !id.isNull else { return }
            bindings.set(ClickPlaceValues.prepareID(of: request.transaction), to: id)
            if !payments.contains(where: { $0.prepareID == id }) {
                payments.append(Payment(prepareID: id, sent: request.sent))
            }
            return
        }
        switch content {
        case .error(let code, _) where !finalCodes.contains(code): return
        case .malformed: return
        case .result, .error:
            let id = request.sent["merchant_prepare_id"].map(ClickForm.text)
            payments.removeAll { ClickForm.text(of: $0.prepareID) == id }
        }
    }

    /// Frees the orders for the scenarios that follow.
    func closing(_ configuration: ConformanceConfiguration, serial: () -> JSONValue) -> [WireRequest] {
        payments.map { payment in
            var fields = JSONObject()
            for member in payment.sent {
                fields[member.key] = member.value
                if member.key == "merchant_trans_id" { fields["merchant_prepare_id"] = payment.prepareID }
            }
            fields["action"] = .integer(specification.shopActions[ClickDialect.complete] ?? 1)
            // Any negative number calls a payment off.
            fields["error"] = -1
            fields["error_note"] = "The test is over"
            var request = ClickForm(fields).signed(specification.completeSignature, configuration)
            request.url = configuration.completeURL.flatMap(URL.init(string:))
            return request
        }
    }
}
