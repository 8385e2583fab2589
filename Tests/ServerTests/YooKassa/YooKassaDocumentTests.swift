import Specification
import Testing

@testable import Server

@Suite("yookassa.openapi.yaml and the routes")
struct YooKassaDocumentTests {
    @Test("every problem that the routes tell of is in the document")
    func problems() throws {
        let listed = try RouteDocument("yookassa.openapi.yaml").problems
        let merchant = Set(try Specifications.load().merchant.problems.map(\.name))
        let told = try RouteDocument.problemsTold(in: "YooKassa")
        #expect(told.count > 8)
        #expect(told.subtracting(listed).isEmpty, "\(told.subtracting(listed))")
        // And none is promised that nobody tells of.
        #expect(listed.subtracting(told).subtracting(merchant).isEmpty, "\(listed.subtracting(told))")
    }

    @Test("every path and method of the document is answered, and what is answered is in it")
    func paths() throws {
        let listed = try RouteDocument("yookassa.openapi.yaml").paths
        #expect(listed.count == 17)
        var answered = RouteDocument.paths(of: YooKassaRoutes.knownPaths(hasMerchant: true))
        // The seed's paths beside the gateway's own.
        for twin in [YooKassaRoutes.path, YooKassaRoutes.noticePath] {
            #expect(answered.removeValue(forKey: twin) == ["POST"])
        }
        #expect(answered == listed)
    }
}
