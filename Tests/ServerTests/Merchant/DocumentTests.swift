import Foundation
import HTTPTypes
import HummingbirdTesting
import Specification
import Storage
import Testing

@testable import Server

@Suite("merchant.openapi.yaml and the program")
struct DocumentTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../..").standardizedFileURL

    @Test("the document is served as it is written, to anybody, wherever the merchant API is on")
    func served() async throws {
        let written = try String(
            contentsOf: Self.root.appendingPathComponent("spec/merchant.openapi.yaml"), encoding: .utf8)
        try await Desk.with(.live) { desk async throws in
            let reply = try await desk.send(.get, "/openapi.yaml", authorization: nil)
            #expect(reply.status == 200)
            #expect(reply.headers[.contentType] == "application/yaml")
            #expect(reply.text == written)
            #expect(try await desk.send(.head, "/openapi.yaml", authorization: nil).status == 200)
        }
        let (server, clock) = try await Desk.make(without: ["MERCHANT_API_KEY"])
        try await server.application().test(.router) { client async throws in
            let desk = Desk(client: client, server: server, clock: clock)
            #expect(try await desk.send(.get, "/openapi.yaml", authorization: nil).status == 404)
        }
        await server.store.engine.close()
    }

    @Test("the server does not start with an operation that nothing carries out, nor with code for none")
    func binding() throws {
        let document = try Specifications.load().merchant
        var handlers = MerchantRoutes.handlers
        let binding = try MerchantBinding(document, handlers)
        #expect(binding.operations.count == handlers.count && handlers.count > 10)
        handlers["cancelOrder"] = nil
        #expect {
            try MerchantBinding(document, handlers)
        } throws: { error in
            "\(error)" == "the program cannot carry out the operation cancelOrder of merchant.openapi.yaml"
        }
        handlers = MerchantRoutes.handlers
        handlers["dropOrder"] = handlers["cancelOrder"]
        #expect {
            try MerchantBinding(document, handlers)
        } throws: { error in
            "\(error)" == "merchant.openapi.yaml has no operation dropOrder, which the program would carry out"
        }
    }

    @Test("every problem that the program tells of is in the document, with its status, and every one there is told of")
    func problems() throws {
        let document = try Specifications.load().merchant
        var told: Set<String> = []
        let files = FileManager.default.enumerator(
            at: Self.root.appendingPathComponent("Sources/Server"), includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            // What Pix's, YooKassa's and Pledg's routes refuse stands in their own documents.
            guard file.pathExtension == "swift",
                !["/Server/Pix/", "/Server/YooKassa/", "/Server/Pledg/"].contains(where: file.path.contains)
            else { continue }
            let source = try String(contentsOf: file, encoding: .utf8)
            for match in source.matches(of: /status: ([a-zA-Z.]+), type: "([a-z-]+)"/) {
                let name = String(match.2)
                told.insert(name)
                let problem = try #require(document.problem(named: name), "\(name) in \(file.lastPathComponent)")
                guard let status = Self.statuses[String(match.1)] else {
                    #expect(problem.status == nil, "\(name)")
                    continue
                }
                #expect(problem.status == Int(status.code), "\(name)")
            }
            // None is written in another form, where this would not see it.
            #expect(
                source.matches(of: /\btype: "[a-z-]+"/).count
                    == source.matches(of: /status: [a-zA-Z.]+, type: "[a-z-]+"/).count, "\(file.lastPathComponent)")
        }
        #expect(told == Set(document.problems.map(\.name)))
    }

    private static let statuses: [String: HTTPResponse.Status] = [
        ".badRequest": .badRequest, ".unauthorized": .unauthorized, ".forbidden": .forbidden, ".notFound": .notFound,
        ".methodNotAllowed": .methodNotAllowed, ".conflict": .conflict, ".contentTooLarge": .contentTooLarge,
        ".unsupportedMediaType": .unsupportedMediaType, ".unprocessableContent": .unprocessableContent,
        ".internalServerError": .internalServerError,
    ]
}
