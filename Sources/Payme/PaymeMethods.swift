import JSONRPC
import Payments
import Storage
import StrictJSON

/// What the handlers of Payme's methods share. Each method is in the file of its name.
struct PaymeMethods: Sendable {
    let configuration: PaymeConfiguration
    let service: TransactionService
    let store: Store
    /// How long a transaction may wait, milliseconds from Payme's own `time`.
    let timeoutMilliseconds: Int64
    let authentication: PaymeAuthentication

    /// Every handler, with the errors that it may raise, for the dispatcher to hold against the document.
    var bindings: [RPCMethod<PaymeCall>] {
        let account: [PaymeError] = [.wrongAmount, .orderNotFound, .orderNotPayable, .orderRefused, .orderBusy]
        var methods = [
            bind("CheckPerformTransaction", raises: account, checkPerformTransaction),
            bind("CreateTransaction", raises: account + [.cannotPerform], createTransaction),
            bind("PerformTransaction", raises: [.transactionNotFound, .cannotPerform], performTransaction),
            bind("CancelTransaction", raises: [.transactionNotFound, .cannotCancel], cancelTransaction),
            bind("CheckTransaction", raises: [.transactionNotFound], checkTransaction),
            bind("GetStatement", raises: [], getStatement),
            bind("SetFiscalData", raises: [.fiscalReceiptNotFound], setFiscalData),
        ]
        if configuration.changePassword != nil {
            methods.append(bind("ChangePassword", raises: [.unauthorized], changePassword))
        }
        return methods
    }

    private func bind(
        _ name: String, raises errors: [PaymeError],
        _ handler: @escaping @Sendable (JSONObject) async throws -> RPCResult
    ) -> RPCMethod<PaymeCall> {
        RPCMethod(name, raises: PaymeError.names(errors)) { params, _ in try await handler(params) }
    }

    /// The key of the transaction that `id` names.
    func key(_ params: JSONObject) throws -> TransactionKey {
        guard let id = params["id"]?.stringValue else { throw MissingParam("id") }
        return TransactionKey(gateway: PaymeGateway.name, cashbox: PaymeGateway.cashbox, externalID: id)
    }

    func integer(_ name: String, _ params: JSONObject) throws -> Int64 {
        guard let value = params[name]?.integerValue else { throw MissingParam(name) }
        return value
    }

    /// The account as a question to the shop. A field that is no text or integer has no value to look up.
    func question(_ params: JSONObject, purpose: AccountQuestion.Purpose) throws -> AccountQuestion {
        guard let account = params["account"]?.objectValue else { throw MissingParam("account") }
        var fields: [String: String] = [:]
        for (name, value) in account {
            switch value {
            case .string(let text): fields[name] = text
            case .integer(let number): fields[name] = String(number)
            default: break
            }
        }
        // An integer that is no amount (0, below, or beyond 64 bits) is a wrong amount, not a wrong request.
        let amount = params["amount"]?.integerValue.map { Money(minor: $0, currency: .uzs) }
        return AccountQuestion(
            gateway: PaymeGateway.name, purpose: purpose, fields: fields,
            reference: fields[configuration.accountField], amount: amount)
    }
}

/// The document lets something through that the handler needs: a defect of the document, answered as internal.
struct MissingParam: Error, CustomStringConvertible {
    let description: String

    init(_ name: String) {
        description = "the document let a call without a usable '\(name)' through"
    }
}
