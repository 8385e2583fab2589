import Specification
import Testing

@Suite("payme.openrpc.yaml")
struct PaymeDocumentTests {
    let payme: OpenRPCDocument

    init() throws {
        payme = try Specifications.load().payme
    }

    @Test("has every method, and only two of them may be left without a handler")
    func methods() {
        let table = payme.methods.map { method in
            let parameters = method.parameters.map(\.name).joined(separator: " ")
            return "\(method.isOptional ? "optional" : "required") \(method.name)(\(parameters))"
        }
        #expect(
            table == [
                "required CheckPerformTransaction(amount account)",
                "required CreateTransaction(id time amount account)",
                "required PerformTransaction(id)",
                "required CancelTransaction(id reason)",
                "required CheckTransaction(id)",
                "required GetStatement(from to)",
                "optional SetFiscalData(id type fiscal_data)",
                "optional ChangePassword(password)",
            ])
        #expect(payme.methods.allSatisfy { $0.parameters.allSatisfy(\.isRequired) })
        #expect(payme.methods.allSatisfy { $0.source != nil })
    }

    @Test("has the protocol's codes")
    func codes() {
        let codes = Dictionary(uniqueKeysWithValues: payme.errors.map { ($0.name, $0.code) })
        #expect(
            codes == [
                "NotPost": -32300, "ParseError": -32700, "InvalidRequest": -32600, "MethodNotFound": -32601,
                "InvalidParams": -32602, "Unauthorized": -32504, "InternalError": -32400,
                "FiscalReceiptNotFound": -32001, "WrongAmount": -31001, "TransactionNotFound": -31003,
                "CannotCancel": -31007, "CannotPerform": -31008, "OrderNotFound": -31050, "PasswordMissing": -31050,
                "OrderNotPayable": -31051, "OrderRefused": -31052, "OrderBusy": -31099,
            ])
    }

    @Test("lets each method answer what the protocol's page lists for it")
    func methodErrors() {
        let account = ["OrderNotFound", "OrderNotPayable", "OrderRefused", "OrderBusy"]
        let errors = Dictionary(uniqueKeysWithValues: payme.methods.map { ($0.name, $0.errors) })
        #expect(
            errors == [
                "CheckPerformTransaction": ["WrongAmount"] + account,
                "CreateTransaction": ["WrongAmount", "CannotPerform"] + account,
                "PerformTransaction": ["TransactionNotFound", "CannotPerform"],
                "CancelTransaction": ["TransactionNotFound", "CannotCancel"],
                "CheckTransaction": ["TransactionNotFound"],
                "GetStatement": [],
                "SetFiscalData": ["FiscalReceiptNotFound"],
                "ChangePassword": ["Unauthorized"],
            ])
    }

    @Test("names wrong payer input by data, and lets the shop put its own words to it")
    func accountRange() {
        let account = payme.errors.filter { (-31099 ... -31050).contains($0.code) }
        #expect(account.count == 5)
        #expect(account.allSatisfy { $0.data == .required && $0.textRule == .replaceable })
        #expect(payme.error(for: .methodNotFound).data == .required)
    }

    @Test("answers unfit parameters with -32600, those of the two optional methods with their own errors")
    func invalidParams() {
        let own = payme.methods.filter { $0.invalidParams != "InvalidRequest" }.map { "\($0.name) \($0.invalidParams)" }
        #expect(own == ["SetFiscalData InvalidParams", "ChangePassword PasswordMissing"])
    }

    @Test("follows the sheet's defaults")
    func rules() {
        #expect(payme.rules.version == .optional)
        #expect(payme.rules.params == .required)
        #expect(payme.rules.batches == .refused)
        #expect(payme.rules.notifications == .answered)
    }
}
