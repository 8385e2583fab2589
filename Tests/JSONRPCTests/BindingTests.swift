import JSONRPC
import Specification
import StrictJSON
import Testing

@Suite("Handlers are bound at the start")
struct BindingTests {
    private func method(_ name: String, raises: Set<RPCErrorName> = []) -> RPCMethod<Void> {
        RPCMethod(name, raises: raises) { _, _ in .value(.null) }
    }

    private func problems(_ methods: [RPCMethod<Void>]) throws -> [String] {
        do throws(RPCBindingError) {
            _ = try RPCDispatcher(document: try! Shop.plain.document(), methods: methods)
            return []
        } catch {
            #expect(error.description == error.problems.joined(separator: "\n"))
            return error.problems
        }
    }

    @Test("to every method that is not optional")
    func complete() throws {
        #expect(try problems([method("Buy"), method("List")]) == [])
        #expect(try problems([method("List"), method("Later"), method("Buy")]) == [])
    }

    @Test("and a method without one stops it")
    func missing() throws {
        #expect(
            try problems([method("Later")]) == [
                "shop.yaml:19: the method Buy has no handler", "shop.yaml:27: the method List has no handler",
            ])
    }

    @Test("and one without a method stops it")
    func unknown() throws {
        #expect(
            try problems([method("Buy"), method("List"), method("buy")])
                == ["there is a handler for buy, which is no method of shop.yaml"])
    }

    @Test("and a second one stops it, however often it comes")
    func repeated() throws {
        #expect(
            try problems([method("Buy"), method("List"), method("Buy"), method("Buy")])
                == ["the method Buy has more than one handler"])
    }

    @Test("and one that raises what its method does not declare stops it")
    func undeclared() throws {
        #expect(
            try problems([method("Buy", raises: ["BadList", "NoMoney"]), method("List", raises: ["Unauthorized"])]) == [
                "shop.yaml:19: the handler of Buy raises BadList, which the method does not declare",
                "shop.yaml:27: the handler of List raises Unauthorized, which the method does not declare",
            ])
    }

    @Test("and one that raises what nobody defines stops it")
    func undefined() throws {
        #expect(
            try problems([method("Buy", raises: ["Nomoney"]), method("List")])
                == ["the handler of Buy raises Nomoney, which is no error of shop.yaml"])
    }

    @Test("and may raise an internal error and their method's error for unfit parameters without a word")
    func universal() throws {
        #expect(
            try problems([
                method("Buy", raises: ["NoMoney", "Closed", "Failed", "InvalidRequest"]),
                method("List", raises: ["Failed", "BadList"]),
            ]) == [])
    }

    @Test("and all that is wrong is said at once")
    func all() throws {
        #expect(
            try problems([method("Buy", raises: ["X"]), method("Buy"), method("Sell")]) == [
                "shop.yaml:27: the method List has no handler",
                "the method Buy has more than one handler",
                "the handler of Buy raises X, which is no error of shop.yaml",
                "there is a handler for Sell, which is no method of shop.yaml",
            ])
    }
}
