import Specification
import StrictJSON
import TestSupport

/// The errors of `payme.openrpc.yaml`, by their names there. Their codes stand nowhere else.
enum ProtocolError: String, CaseIterable {
    case notPost = "NotPost"
    case parseError = "ParseError"
    case invalidRequest = "InvalidRequest"
    case methodNotFound = "MethodNotFound"
    case invalidParams = "InvalidParams"
    case unauthorized = "Unauthorized"
    case internalError = "InternalError"
    case fiscalReceiptNotFound = "FiscalReceiptNotFound"
    case wrongAmount = "WrongAmount"
    case transactionNotFound = "TransactionNotFound"
    case cannotCancel = "CannotCancel"
    case cannotPerform = "CannotPerform"
    case orderNotFound = "OrderNotFound"
    case orderNotPayable = "OrderNotPayable"
    case orderRefused = "OrderRefused"
    case orderBusy = "OrderBusy"

    var code: Int64 {
        guard let error = PaymeDocument.document.error(named: rawValue) else {
            preconditionFailure("payme.openrpc.yaml has no error \(rawValue)")
        }
        return Int64(error.code)
    }
}

/// Payme's document, read once.
enum PaymeDocument {
    static let document: OpenRPCDocument = {
        do {
            return try Specifications.load().payme
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    static let methodNames = document.methods.map { $0.name }
}

extension PaymeClient.Answer {
    /// Whether it is this error, sent as Payme wants errors sent.
    func isError(_ error: ProtocolError) -> Bool {
        status == 200 && code == error.code && result == nil
    }

    var isResult: Bool { status == 200 && result != nil && value["error"] == nil }

    /// `result.state`
    var state: Int64? { number("state") }

    /// An integer of the result.
    func number(_ name: String) -> Int64? { result?[name]?.integerValue }
}
