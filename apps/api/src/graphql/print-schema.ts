/** Prints the schema without a database or a server: Nest's preview mode builds the module graph and nothing else. */
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { AppModule } from '../app.module.js';
import { readEnvironment } from '../config/env.js';

export async function printCurrentSchema(): Promise<string> {
  const env = readEnvironment({ NODE_ENV: 'test', DATABASE_URL: 'postgres://nowhere/none' });
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(env), {
    preview: true,
    abortOnError: false,
    logger: ['error'],
  });
  const { schema } = app.get(GraphQLSchemaHost);
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
